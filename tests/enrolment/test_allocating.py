"""Allocation as people join, in the database: ledger, places, arms as bundles, two at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from campaigns.models import CampaignVersion, Step, Trial
from campaigns.rules import LateRule, Priority, Track
from enrolment import anchors, batch_people, consents, joining, planner
from enrolment.drawing import in_blocks, pick, uniform
from enrolment.models import Allocation, Consent, Decision, Enrolment
from messaging import inbox
from tests import trials, worlds

pytestmark = pytest.mark.django_db

SEED = bytes.fromhex(trials.SEED)


def joins(number: int, *, is_test: bool = False, research: bool | None = None) -> Enrolment:
    """Somebody through the questions of joining."""
    enrolment = joining_one(number, is_test=is_test)
    if research is not None:
        consents.record(
            enrolment=enrolment,
            scope=Consent.Scope.RESEARCH,
            is_given=research,
            channel="sms",
            exact_text="YES",
            now=worlds.NOON,
        )
    joining.activate(enrolment=enrolment, now=worlds.NOON)
    return enrolment


def joining_one(number: int, *, is_test: bool = False) -> Enrolment:
    edition = worlds.campaign().versions.filter(status="published").first() or worlds.version()
    recipient = inbox.recipient_for(
        organisation_id=edition.campaign.organisation_id, number=f"+4477009{number:05}"
    )
    return joining.join(
        version=edition,
        recipient=recipient,
        language="en",
        channel="sms",
        exact_text="JOIN",
        now=worlds.NOON - timedelta(minutes=5),
        is_test=is_test,
    )


def test_who_joins_is_drawn_and_the_ledger_tells_how() -> None:
    trial = trials.trial()

    enrolment = joins(1)

    row = Allocation.objects.get()
    draw = uniform(SEED, "simple", "dose", 1, "", 1)
    assert (row.enrolment, row.trial, row.draw) == (enrolment, trial, draw)
    assert row.arm.key == ("usual", "new")[pick((0.5, 0.5), draw)]
    assert row.probabilities == {"usual": 0.5, "new": 0.5}
    assert (row.position, row.block, row.policy_version) == (1, None, "1")
    assert row.seed_hash == trial.seed_hash
    enrolment.refresh_from_db()
    assert enrolment.arms == {"dose": row.arm.key}


@pytest.mark.parametrize("running", [False, None])
def test_nobody_is_drawn_into_a_trial_that_is_not_running(running: bool | None) -> None:
    trial = trials.trial(running=running is None)
    if running is None:
        trial.move_to("stopped", stopped_at=worlds.NOON)

    assert joins(1).arms is None

    assert not Allocation.objects.exists()


def test_blocks_are_taken_in_their_order() -> None:
    trials.trial(method="blocks", block_sizes=[2, 4])

    for number in range(1, 9):
        joins(number)

    rows = list(Allocation.objects.order_by("position"))
    places = [
        in_blocks(SEED, ("blocks", "dose", 1, ""), ratio={"usual": 1, "new": 1}, sizes=[2, 4],
                  position=place)
        for place in range(1, 9)
    ]  # fmt: skip
    assert [(row.arm.key, row.block, row.draw) for row in rows] == [
        (place.arm, place.block, place.draw) for place in places
    ]


def test_each_stratum_has_a_sequence_of_its_own() -> None:
    trials.trial(method="stratified", strata=["language", "slips > 3"], block_sizes=[2])

    for number in range(1, 5):
        enrolment = joining_one(number)
        enrolment.participant.language = "nb" if number > 2 else "en"
        enrolment.participant.save()
        joining.activate(enrolment=enrolment, now=worlds.NOON)

    strata = Counter(Allocation.objects.values_list("stratum", "position"))
    assert set(strata) == {
        ("language=en|slips > 3=no", 1),
        ("language=en|slips > 3=no", 2),
        ("language=nb|slips > 3=no", 1),
        ("language=nb|slips > 3=no", 2),
    }
    for language in ("en", "nb"):
        arms = Allocation.objects.filter(stratum__contains=f"language={language}")
        assert set(arms.values_list("arm__key", flat=True)) == {"usual", "new"}


def test_minimisation_draws_with_the_odds_it_writes_down() -> None:
    trials.trial(method="minimisation", strata=["language"], coin=0.8)

    for number in range(1, 4):
        joins(number)

    first, second, third = Allocation.objects.order_by("pk")
    assert first.probabilities == {"usual": 0.5, "new": 0.5}
    other = "new" if first.arm.key == "usual" else "usual"
    assert second.probabilities[other] == 0.8
    for row in (first, second, third):
        arms = ("usual", "new")
        assert row.arm.key == arms[pick([row.probabilities[arm] for arm in arms], row.draw)]


def test_test_participant_is_drawn_beside_the_sequence() -> None:
    trials.trial(method="blocks", block_sizes=[2])

    joins(1, is_test=True)
    joins(2)

    beside, real = Allocation.objects.order_by("pk")
    assert (beside.is_test, beside.position, beside.block) == (True, None, None)
    assert (real.is_test, real.position, real.block) == (False, 1, 1)


def test_consent_and_eligibility_come_before_the_draw() -> None:
    trials.trial(consent="research", eligible="language = 'en'")

    assert joins(1).arms is None
    assert joins(2, research=False).arms is None
    assert joins(3, research=True).arms is not None


def test_who_joins_again_keeps_her_arm_and_no_second_place_is_used() -> None:
    trials.trial()
    first = joins(1)
    first.move_to("withdrawn", ended_at=worlds.NOON, next_due_at=None)

    second = joins(1)

    assert second.pk != first.pk
    assert second.arms == first.arms
    assert Allocation.objects.count() == 1


def test_factorial_trial_draws_each_factor_for_itself() -> None:
    trial = trials.trial(running=False)
    trials.factor(trial, "framing", {"gain": {}, "loss": {}})
    trials.start(trial)

    for number in range(1, 13):
        joins(number)

    assert Allocation.objects.count() == 24
    cells = {
        tuple(sorted(arms.items())) for arms in Enrolment.objects.values_list("arms", flat=True)
    }
    assert len(cells) == 4


def everybody(**arm: Any) -> Trial:
    """Into an arm with these changes, whatever is drawn."""
    return trials.trial(arms={"one": arm, "two": arm})


def test_arm_of_another_dose_and_version() -> None:
    old = worlds.full_version()
    worlds.full_version()
    everybody(version=old, profile="light")

    enrolment = joins(1)

    enrolment.refresh_from_db()
    assert (enrolment.version, enrolment.profile) == (old, "light")
    newest = CampaignVersion.objects.get(status="published")
    assert not batch_people.people_elsewhere(newest).exists()


def test_delayed_arm_starts_later_and_is_asked_on_the_same_day() -> None:
    version = worlds.version(published=False)
    stage = version.stages.create(
        key="outcome", name="Outcome", position=9, anchor="joined", track=Track.OUTCOME,
        late=LateRule.NEXT_WINDOW, shelf_hours=24,
    )  # fmt: skip
    Step.objects.create(
        version=version, stage=stage, key="ask.week", position=0, day=7, slot="evening",
        question=version.questions.get(key="smoked"), late=LateRule.NEXT_WINDOW, shelf_hours=24,
        priority=Priority.ASSESSMENT,
    )  # fmt: skip
    worlds.publish(version)
    everybody(delay_days=28)
    enrolment = joining_one(1)
    day = (worlds.NOON + timedelta(days=3)).date()
    anchors.set_day(enrolment=enrolment, kind="quit_date", day=day, source="test", now=worlds.NOON)
    joining.activate(enrolment=enrolment, now=worlds.NOON)

    for days in range(1, 40):
        planner.tick(now=worlds.NOON + timedelta(days=days))

    told = dict(Decision.objects.values_list("step_key", "reason"))
    assert told["day.0"] == "trial"
    assert told["ask.smoked"] == "trial"
    sent = dict(Decision.objects.filter(outcome="queued").values_list("step_key", "due_at"))
    assert sent["ask.week"].date() == (worlds.NOON + timedelta(days=7)).date()
    assert (sent["welcome.1"] - worlds.NOON).days == 28
    assert set(sent) == {"ask.week", "welcome.1"}
    assert set(Decision.objects.values_list("arm", flat=True)) <= {"dose=one", "dose=two"}


def test_assessment_only_arm_gets_no_core_text() -> None:
    everybody(assessment_only=True)
    worlds_quit = joining_one(1)
    joining.activate(enrolment=worlds_quit, now=worlds.NOON)

    planner.tick(now=worlds.NOON + timedelta(minutes=5))

    assert list(Decision.objects.values_list("step_key", "outcome", "reason", "arm")) == [
        ("welcome.1", "suppressed", "trial", f"dose={(worlds_quit.arms or {})['dose']}")
    ]


def drawing_version(draw: dict[str, Any]) -> CampaignVersion:
    version = worlds.version(published=False)
    Step.objects.filter(version=version, key="welcome.1").update(draw=draw)
    worlds.publish(version)
    return version


def test_tick_writes_options_odds_and_draw_with_the_decision() -> None:
    version = drawing_version(
        {"kind": "micro", "trial": "dose", "step": "welcome.1",
         "options": {"text": "0.6", "nothing": "0.4"}}
    )  # fmt: skip
    trials.trial()
    enrolment = joins(1)

    planner.tick(now=worlds.NOON + timedelta(minutes=5))

    row = Decision.objects.get()
    draw = uniform(SEED, "step", enrolment.pk, "welcome.1", 1, 1)
    assert (row.options, row.probabilities, row.draw) == (["text", "nothing"], [0.6, 0.4], draw)
    assert row.policy_version == f"1/{version.pk}"
    assert row.available
    assert row.outcome == ("queued" if draw < 0.6 else "suppressed")


def test_unavailable_draw_is_written_with_its_reason() -> None:
    drawing_version(
        {"kind": "micro", "trial": "dose", "step": "welcome.1", "available": "slips > 3",
         "options": {"text": "0.6", "nothing": "0.4"}}
    )  # fmt: skip
    trials.trial()
    joins(1)

    planner.tick(now=worlds.NOON + timedelta(minutes=5))

    row = Decision.objects.get()
    assert (row.available, row.unavailable_reason, row.draw) == (False, "rule", None)
    assert (row.outcome, row.reason) == ("suppressed", "trial")


def test_seed_that_is_not_the_published_one_draws_nobody() -> None:
    trial = trials.trial()
    trial.seed = "11" * 32
    trial.save()

    assert joins(1).arms is None


def test_second_stage_is_written_by_the_tick() -> None:
    drawing_version({"kind": "again", "trial": "dose", "factor": "rescue"})
    trial = trials.trial(running=False)
    trials.factor(
        trial,
        "rescue",
        {"call": {}, "texts": {}},
        stage="second",
        non_responder="not known(answer.smoked)",
        tailoring="answer.smoked",
    )
    trials.start(trial)
    enrolment = joins(1)
    first = Allocation.objects.get()

    planner.tick(now=worlds.NOON + timedelta(minutes=5))

    row = Allocation.objects.exclude(pk=first.pk).get()
    assert (row.stage, row.factor.key, row.enrolment) == ("second", "rescue", enrolment)
    assert row.earlier == {"dose": first.arm.key}
    assert row.tailoring == {"answer.smoked": "unknown"}
    assert row.draw == uniform(SEED, "again", "rescue", enrolment.pk)
    enrolment.refresh_from_db()
    assert enrolment.arms == {"dose": first.arm.key, "rescue": row.arm.key}
    assert Decision.objects.get().reason == "trial"


@pytest.mark.django_db(transaction=True)
def test_two_who_join_at_once_take_two_places() -> None:
    worlds.version()
    trials.trial(method="blocks", block_sizes=[2])
    waiting = [joining_one(number) for number in range(1, 7)]

    def activate(enrolment: Enrolment) -> None:
        try:
            joining.activate(enrolment=enrolment, now=worlds.NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(activate, waiting))

    positions = Allocation.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == [1, 2, 3, 4, 5, 6]
    assert Counter(Allocation.objects.values_list("arm__key", flat=True)) == {"usual": 3, "new": 3}
