"""Planning and looking after a trial: power, balance, proximal outcomes, draws computed anew."""

import math
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import CampaignVersion, Step
from enrolment import planner, recomputing, replies
from enrolment.models import Allocation, Answer, Decision
from research.power import of_means, of_proportions
from research.proximal import proximal_outcomes
from research.trial_balance import balance
from tests import trials, worlds
from tests.enrolment.test_allocating import joining_one, joins

LATER = worlds.NOON + timedelta(minutes=5)


def test_people_for_two_shares_are_near_the_textbook() -> None:
    """txt2stop's 4.9 and 10.7 %: by the arcsine formula 434 in each arm for 90 %."""
    design = of_proportions(0.049, 0.107)

    assert design.people(0.9) == (434, 434)
    assert math.isclose(design.power(434), 0.9, abs_tol=0.001)


def test_people_for_two_means_are_those_of_the_t_test() -> None:
    """Cohen's own example: d = 0.5, 80 %, 64 in each."""
    assert of_means(0.5, 1.0).people(0.8) == (64, 64)


def test_lost_people_are_asked_for_on_top_and_a_ratio_is_kept() -> None:
    whole = of_proportions(0.1, 0.2).people(0.8)[0]
    first, second = of_proportions(0.1, 0.2, lost=0.2, ratio=2.0).people(0.8)

    assert second in (2 * first, 2 * first - 1)
    assert of_proportions(0.1, 0.2, lost=0.2).people(0.8)[0] == math.ceil((whole - 1) / 0.8) or (
        of_proportions(0.1, 0.2, lost=0.2).people(0.8)[0] > whole
    )


@pytest.mark.parametrize("shares", [(0.1, 0.1), (0.0, 0.5), (0.2, 1.0)])
def test_nothing_to_tell_apart_is_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="two different shares"):
        of_proportions(*shares)


def test_power_command_tells_people_or_power() -> None:
    out = StringIO()

    call_command("trial_power", "--shares", "0.049", "0.107", "--power", "0.9", stdout=out)
    call_command("trial_power", "--means", "0.5", "1", "--people", "64", stdout=out)

    assert out.getvalue().splitlines() == [
        "434 and 434 people for a power of 0.9",
        "power 0.801 with 64 in the first arm",
    ]
    with pytest.raises(CommandError, match="--shares or --means"):
        call_command("trial_power")


@pytest.mark.django_db
def test_balance_tells_people_by_arm_and_stratum() -> None:
    trials.trial(method="stratified", strata=["language"], block_sizes=[2])
    for number in range(1, 5):
        joins(number)
    joins(9, is_test=True)
    out = StringIO()

    (found,) = balance(trials.Trial.objects.get())
    call_command("trial_balance", "quit", "dose", stdout=out)

    assert found.people == {"usual": 2, "new": 2}
    assert [line.level for line in found.lines] == ["language=en"]
    assert found.lines[0].difference == {"new": 0.0}
    assert out.getvalue().splitlines()[0] == "dose: usual 2, new 2"


MICRO = {
    "kind": "micro", "trial": "dose", "step": "welcome.1",
    "options": {"text": "0.5", "nothing": "0.5"},
}  # fmt: skip


def drawing(**outcome: object) -> CampaignVersion:
    version = worlds.version(published=False)
    Step.objects.filter(version=version, key="welcome.1").update(
        draw={**MICRO, "outcome": {"within_hours": 24, **outcome}}
    )
    worlds.publish(version)
    trials.trial()
    return version


def reached(version: CampaignVersion) -> list[bool]:
    """In the order they joined: two who are due at once are decided in any."""
    found = proximal_outcomes(version=version, step_key="welcome.1")
    told = {each.decision_id: each.reached for each in found}
    joined = Decision.objects.filter(pk__in=told).order_by("enrolment_id")
    return [told[decision_id] for decision_id in joined.values_list("pk", flat=True)]


@pytest.mark.django_db
def test_keyword_within_the_window_is_the_outcome() -> None:
    version = drawing(kind="keyword", of="CRAVE")
    joins(1)
    joins(2)
    joins(3, is_test=True)
    planner.tick(now=LATER)
    worlds.text("+447700900001", "CRAVE", at=LATER + timedelta(hours=3))
    worlds.text("+447700900002", "CRAVE", at=LATER + timedelta(hours=25))
    replies.answer_pending(now=LATER + timedelta(hours=26))

    assert reached(version) == [True, False]


@pytest.mark.django_db
def test_answer_with_its_value_is_the_outcome_and_any_text_another() -> None:
    version = drawing(kind="answer", of="smoked", value="no")
    for number, value in ((1, "no"), (2, "yes")):
        Answer.objects.create(
            enrolment=joins(number),
            attempt=1,
            question_key="smoked",
            wording_version=version,
            inbound=worlds.text(f"+44770090000{number}", value),
            value=value,
            is_valid=True,
            asked_at=LATER,
            answered_at=LATER + timedelta(hours=1),
        )
    planner.tick(now=LATER)

    assert reached(version) == [True, False]


@pytest.mark.django_db
def test_step_without_an_outcome_is_refused() -> None:
    with pytest.raises(ValueError, match="no outcome"):
        proximal_outcomes(version=worlds.version(), step_key="welcome.1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"method": "blocks", "block_sizes": [2, 4]},
        {"method": "minimisation", "strata": ["language"]},
    ],
)
def test_every_draw_comes_out_again_from_the_seed(columns: dict[str, object]) -> None:
    version = worlds.version(published=False)
    Step.objects.filter(version=version, key="welcome.1").update(draw=MICRO)
    worlds.publish(version)
    trials.trial(**columns)
    for number in range(1, 6):
        joins(number)
    planner.tick(now=LATER)
    out = StringIO()

    call_command("check_trial", "quit", "dose", stdout=out)

    assert out.getvalue() == "5 allocations and 5 draws at steps are what the seed gives\n"


@pytest.mark.django_db
def test_line_that_was_not_drawn_is_found() -> None:
    version = worlds.version(published=False)
    Step.objects.filter(version=version, key="welcome.1").update(draw=MICRO)
    worlds.publish(version)
    trial = trials.trial()
    joins(1)
    planner.tick(now=LATER)
    real = Allocation.objects.get()
    forged = Allocation.objects.create(
        enrolment=joining_one(2),
        trial=trial,
        factor=real.factor,
        arm=real.arm,
        position=9,
        method="simple",
        probabilities=real.probabilities,
        draw=0.123,
        seed_hash=trial.seed_hash,
        generator=trial.generator,
        policy_version="1",
        allocated_at=LATER,
    )
    Decision.objects.update(draw=0.5)

    found = recomputing.recompute(trial)

    assert found.other_allocations == (forged.pk,)
    assert found.other_decisions == (Decision.objects.get().pk,)
    with pytest.raises(CommandError, match="Otherwise than drawn"):
        call_command("check_trial", "quit", "dose")
