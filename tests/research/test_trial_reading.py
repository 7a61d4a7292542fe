"""What a trial's report reads, over a few people whose figures are worked out by hand."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from campaigns.models import CampaignVersion, Factor, Trial
from enrolment import anchors, consents, joining, leaving, pausing, planner
from enrolment.models import Enrolment
from research.estimators.means import Sample
from research.flow import Flow
from research.share import Share
from research.trial_effects import Basis, Effects
from research.trial_reading import Reading
from tests import trials, worlds
from tests.research import trial_people
from tests.research.trial_people import LATER, allocate, on, person, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> CampaignVersion:
    return trial_people.version()


@pytest.fixture
def trial(version: CampaignVersion) -> Trial:
    """Starts when it is read, so that nobody is drawn who is allocated by hand."""
    return trials.trial(running=False)


@pytest.fixture
def people(version: CampaignVersion) -> Iterator[Enrolment]:
    return (person(n, version) for n in range(1, 100))


def reading(trial: Trial, time: int = 30) -> Reading:
    trials.start(trial)
    factor = Factor.objects.select_related("trial").get(trial=trial)
    return Reading(factor, time=time, now=LATER)


def flow(trial: Trial, time: int = 30) -> Flow:
    return reading(trial, time).flow()


def effects(trial: Trial) -> Effects:
    return reading(trial).effects()


def test_each_person_stands_in_one_place_of_the_flow(
    trial: Trial, people: Iterator[Enrolment]
) -> None:
    answers, silent, leaves, lost, late = (next(people) for _ in range(5))
    undated = trial_people.person(99, answers.version, quit_day=None)
    for each in (answers, silent, leaves):
        allocate(each, trial, "usual")
    for each in (lost, late, undated):
        allocate(each, trial, "new")
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    trial_people.received(answers, silent, lost)
    says(answers, "use7", "no", on(30))
    leaving.withdraw(enrolment=leaves, source="sms", now=on(5))
    pausing.pause(enrolment=lost, until=None, reason="unreachable", now=on(6))
    anchors.set_day(
        enrolment=late, kind="quit_date", day=date(2027, 1, 30), source="test", now=on(1)
    )

    found = flow(trial)

    usual, new = found.arms
    assert (found.assessed, found.randomised, found.waiting) == (6, 6, 0)
    assert (usual.allocated, usual.withdrew, usual.lost, usual.stayed) == (3, 1, 0, 2)
    assert (usual.analysed, usual.answered, usual.silent) == (3, 1, 2)
    assert (new.allocated, new.withdrew, new.lost, new.stayed) == (3, 0, 1, 2)
    assert (new.analysed, new.not_due, new.no_date) == (1, 1, 1)
    assert (usual.received, new.received) == (2, 1)


def test_whoever_began_meanwhile_and_was_not_drawn_is_told_with_the_reason(
    version: CampaignVersion,
) -> None:
    trial = trials.trial(consent="research", running=False)
    hour = timedelta(hours=1)

    screened, leaves, _, refuses, other = (trial_people.begins(n, version) for n in range(1, 6))
    joining.mark_ineligible(enrolment=screened, reason="not_using", now=worlds.NOON + hour)
    leaving.withdraw(enrolment=leaves, source="sms", now=worlds.NOON + hour)
    for each in (refuses, other):
        joining.activate(enrolment=each, now=worlds.NOON + hour)
    consents.record(
        enrolment=other,
        scope="research",
        is_given=True,
        channel="sms",
        exact_text="YES",
        now=worlds.NOON + hour,
    )
    before = person(9, version)
    test = person(10, version)
    Enrolment.objects.filter(pk=test.pk).update(is_test=True)
    allocate(test, trial, "usual", is_test=True)

    found = flow(trial)

    assert before.enrolled_at < worlds.NOON
    assert (found.assessed, found.randomised, found.waiting) == (5, 0, 1)
    assert found.excluded == {
        "ineligible": 1,
        "left_before": 1,
        "no_consent": 1,
        "not_drawn": 1,
    }


def test_abstinence_is_compared_on_both_denominators(
    trial: Trial, people: Iterator[Enrolment]
) -> None:
    for arm, said in (("usual", ["no", "yes", "", ""]), ("new", ["no", "no", "yes", ""])):
        for word in said:
            each = next(people)
            allocate(each, trial, arm)
            if word:
                says(each, "use7", word, on(30))

    due, answers, *_ = effects(trial).abstinence

    assert (due.time, due.window, due.arm, due.basis) == (30, 7, "new", Basis.DUE)
    assert (due.share, due.against) == (Share(2, 4), Share(1, 4))
    assert (answers.basis, answers.share, answers.against) == (
        Basis.ANSWERS,
        Share(2, 3),
        Share(1, 2),
    )
    assert due.difference is not None
    assert due.difference.value == 0.25
    assert due.ratio is not None
    assert due.ratio.value == 2
    assert due.pooled == 0


def test_stratified_trial_is_compared_within_its_strata(
    version: CampaignVersion, people: Iterator[Enrolment]
) -> None:
    trial = trials.trial(method=Trial.Method.STRATIFIED, strata=["language"], running=False)
    # In one stratum 2 of 2 against 1 of 2, in the other 1 of 2 against 1 of 2.
    for stratum, arm, free in (
        ("en", "new", 2),
        ("en", "usual", 1),
        ("nb", "new", 1),
        ("nb", "usual", 1),
    ):
        for place in range(2):
            each = next(people)
            allocate(each, trial, arm, stratum=stratum)
            says(each, "use7", "no" if place < free else "yes", on(30))

    due = effects(trial).abstinence[0]

    assert due.pooled == 2
    assert due.ratio is not None
    assert due.ratio.value == pytest.approx(1.5)
    assert due.difference is not None
    assert due.difference.value == pytest.approx(0.25)
    assert due.odds is not None
    assert due.odds.value == pytest.approx((2 * 1 / 4 + 1 * 1 / 4) / (1 * 0 / 4 + 1 * 1 / 4))


def test_leaving_counts_days_from_the_draw(trial: Trial, people: Iterator[Enrolment]) -> None:
    for arm, days in (("usual", (1, 3, None)), ("new", (5, None, None))):
        for day in days:
            each = next(people)
            allocate(each, trial, arm)
            if day is not None:
                leaving.withdraw(enrolment=each, source="sms", now=worlds.NOON + timedelta(day))

    (found,) = effects(trial).leaving

    assert (found.arm, found.share, found.against) == ("new", Share(1, 3), Share(2, 3))
    assert found.hazard is not None
    assert found.hazard.value < 1
    assert found.p is not None


def test_texts_and_answers_are_compared_by_their_means(
    trial: Trial, people: Iterator[Enrolment]
) -> None:
    usual, new = [[next(people) for _ in range(2)] for _ in range(2)]
    for arm, those in (("usual", usual), ("new", new)):
        for each in those:
            allocate(each, trial, arm)
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    trial_people.received(*new)
    for at in (2, 3):
        says(new[0], "use7", "no", on(at))

    found = {each.what: each for each in effects(trial).means}

    assert (found["texts"].sample, found["texts"].against) == (Sample(2, 1, 0), Sample(2, 0, 0))
    assert found["texts"].difference is None
    assert (found["answers"].sample, found["answers"].against) == (Sample(2, 1, 2), Sample(2, 0, 0))
    assert found["answers"].difference is not None
    assert found["answers"].difference.value == 1


def test_balance_tells_what_was_known_at_the_draw(
    trial: Trial, people: Iterator[Enrolment]
) -> None:
    for arm, said in (("usual", ["yes", "yes"]), ("new", ["yes", "no"])):
        for word in said:
            each = next(people)
            allocate(each, trial, arm)
            says(each, "uses", word, worlds.NOON - timedelta(minutes=1))
            says(each, "uses", "yes", on(30))

    found = {(each.by, each.value): each for each in effects(trial).balance}

    assert found["uses", "yes"].figures == (Share(2, 2), Share(1, 2))
    assert found["language", "en"].differences == (0.0,)
    # -0.5 / sqrt((0 + 0.25) / 2)
    assert found["uses", "yes"].differences[0] == pytest.approx(-1.414214, abs=1e-6)
