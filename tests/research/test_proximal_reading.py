"""The decisions of drawn steps, and whether the outcome came within its time."""

from datetime import datetime, timedelta

import pytest

from campaigns.models import CampaignVersion, Trial
from enrolment import replies
from enrolment.models import Decision, Enrolment
from research.proximal_reading import drawn_steps
from research.share import Share
from tests import trials, worlds
from tests.research import trial_people
from tests.research.trial_people import LATER, person, says

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DUE = worlds.NOON + timedelta(days=2)


def world(**outcome: object) -> tuple[Trial, CampaignVersion]:
    """A trial without arms that draws at day.1 whether its text comes."""
    draw = {
        "trial": "nudge",
        "step": "day.1",
        "kind": "micro",
        "options": {"text": "0.6", "nothing": "0.4"},
        "outcome": {"kind": "reply", "within_hours": 24, **outcome},
    }
    version = trial_people.version({"day.1": draw})
    trial = Trial.objects.create(campaign=version.campaign, key="nudge", name="Nudge")
    return trial, version


def comes_due(
    enrolment: Enrolment, *, draw: float | None = 0.1, why: str = "", at: datetime = DUE
) -> None:
    Decision.objects.create(
        enrolment=enrolment,
        attempt=1,
        step_key="day.1",
        occurrence=1,
        version=enrolment.version,
        due_at=at,
        local_date=at.date(),
        outcome="suppressed",
        reason="condition",
        decided_at=at,
        available=not why,
        unavailable_reason=why,
        policy_version="1/1",
        options=None if why else ["text", "nothing"],
        probabilities=None if why else [0.6, 0.4],
        draw=None if why else draw,
    )


def happened(trial: Trial) -> dict[str, Share]:
    (step,) = drawn_steps(trial, now=LATER)
    return dict(step.effect.shares)


def test_any_text_within_the_time_is_a_reply() -> None:
    row, version = world()
    soon, late, before, silent = (person(n, version) for n in range(1, 5))
    for each, at in ((soon, HOUR), (late, 25 * HOUR), (before, -HOUR)):
        worlds.text(each.participant.recipient.number or "", "hello", at=DUE + at)
    for each in (soon, late, before):
        comes_due(each)
    comes_due(silent, draw=0.6)

    assert happened(row) == {"nothing": Share(0, 1), "text": Share(1, 3)}


def test_word_counts_by_what_it_brought() -> None:
    row, version = world(kind="keyword", of="CRAVE")
    asks, says_other = person(1, version), person(2, version)
    worlds.text(asks.participant.recipient.number or "", "crave", at=DUE + HOUR)
    worlds.text(says_other.participant.recipient.number or "", "slip", at=DUE + HOUR)
    replies.answer_pending(now=DUE + HOUR)
    for each in (asks, says_other):
        comes_due(each)

    assert happened(row)["text"] == Share(1, 2)


def test_answer_counts_when_it_is_the_one_asked_for() -> None:
    row, version = world(kind="answer", of="smoked", value="no")
    right, wrong, late = (person(n, version) for n in range(1, 4))
    says(right, "smoked", "no", DUE + HOUR)
    says(wrong, "smoked", "yes", DUE + HOUR)
    says(late, "smoked", "no", DUE + 30 * HOUR)
    for each in (right, wrong, late):
        comes_due(each)

    assert happened(row)["text"] == Share(1, 3)


def test_points_that_are_no_draw_are_told_apart() -> None:
    row, version = world()
    drawn, paused, waits, test = (person(n, version) for n in range(1, 5))
    comes_due(drawn)
    comes_due(paused, why="paused")
    comes_due(waits, at=LATER - HOUR)
    comes_due(test)
    Enrolment.objects.filter(pk=test.pk).update(is_test=True)

    (step,) = drawn_steps(row, now=LATER)

    assert step.effect.decided == 3
    assert step.effect.unavailable == {"paused": 1}
    assert (step.effect.not_over, step.effect.used) == (1, 1)


def test_trial_without_drawn_steps_has_none() -> None:
    trial_people.version()

    assert drawn_steps(trials.trial(), now=LATER) == []
