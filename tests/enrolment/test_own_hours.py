"""Hours a person asks for bind what is queued already, not only what is planned from then on."""

from datetime import UTC, datetime, time, timedelta

import pytest

from enrolment import planner
from enrolment.models import Decision, Enrolment
from messaging import ledger
from messaging.models import Attempt, Message
from tests import worlds
from tests.enrolment.test_families import family
from tests.enrolment.test_replies import texted

pytestmark = pytest.mark.django_db

#: Two days before the quit day of `worlds.person`, when a text comes that is skipped when late.
MORNING = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)


@pytest.fixture
def enrolment() -> Enrolment:
    return worlds.person(of=worlds.full_version())


def waiting(step: str, at: datetime) -> Message:
    planner.tick(now=at)
    decision = Decision.objects.get(step_key=step)
    return Message.objects.get(cause_kind="decision", cause_key=str(decision.pk))


def asked(words: str, at: datetime) -> list[str]:
    return texted(words, int((at - worlds.NOON).total_seconds() // 60))


def test_queued_text_waits_for_the_hours_just_asked_for(enrolment: Enrolment) -> None:
    message = waiting("before.1", MORNING)
    before = message.valid_until

    assert asked("TIME 11-20", MORNING) == ["Texts come 11-20."]

    message.refresh_from_db()
    assert (message.hours_start, message.hours_end) == (time(11), time(20))
    assert message.not_before == MORNING.replace(hour=11, minute=0)
    assert message.valid_until == before


def test_text_that_would_come_too_late_in_those_hours_is_let_go(enrolment: Enrolment) -> None:
    message = waiting("before.1", MORNING)

    asked("TIME 18-20", MORNING)

    message.refresh_from_db()
    assert (message.status, message.status_reason) == ("cancelled", "own_hours")


def test_text_that_may_come_late_goes_in_the_next_of_those_hours(enrolment: Enrolment) -> None:
    message = waiting("welcome.1", worlds.NOON + timedelta(minutes=2))

    asked("TIME 18-20", worlds.NOON + timedelta(minutes=3))

    message.refresh_from_db()
    assert message.status == "queued"
    assert message.not_before == worlds.NOON.replace(hour=18)
    assert message.valid_until > message.not_before


def test_reply_on_its_way_goes_at_any_hour(enrolment: Enrolment) -> None:
    texted("CRAVE", 1)

    texted("TIME 18-20", 2)

    tip = Message.objects.filter(kind="reply").earliest("pk")
    assert (tip.status, tip.hours_start) == ("queued", None)


def test_text_whose_call_fails_is_tried_again_in_the_new_hours(enrolment: Enrolment) -> None:
    message = waiting("before.1", MORNING)
    Message.objects.filter(pk=message.pk).update(status="sending")

    asked("TIME 11-20", MORNING)

    message.refresh_from_db()
    assert (message.status, message.hours_start) == ("sending", time(11))
    assert message.not_before < MORNING


def test_attempt_before_the_hours_were_asked_for_is_no_fault_in_the_books(
    enrolment: Enrolment,
) -> None:
    message = waiting("before.1", MORNING)
    Attempt.objects.create(
        message=message,
        token="first",
        provider="fake",
        outcome="rejected_retryable",
        settled_at=MORNING,
        calendar_at=MORNING,
    )

    asked("TIME 11-20", MORNING)

    assert [found for found in ledger.violations() if found.code == "I4"] == []


def test_hours_of_one_behind_a_number_leave_the_others_texts_alone() -> None:
    amina, per = family()
    planner.tick(now=worlds.NOON + timedelta(minutes=2))
    texts = {
        row.enrolment_id: Message.objects.get(cause_kind="decision", cause_key=str(row.pk))
        for row in Decision.objects.filter(step_key="welcome.1")
    }

    texted("Per TIME 18-20", 3)

    for text in texts.values():
        text.refresh_from_db()
    assert texts[per.pk].hours_start == time(18)
    assert texts[amina.pk].hours_start == time(8)
