from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from enrolment import cases, counselling, leaving, replies, unsent
from enrolment.counselling import AtOnce, Overtaken, Refused
from enrolment.models import Case
from messaging import dispatch, expiry
from messaging.models import CalendarOffset, InboundMessage, Message
from tests import worlds
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

NUMBER = "+447700900001"
NIGHT = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
LONG_AFTER = NIGHT + timedelta(hours=30)
WORDS = "Sorry to hear of your patches. We'll send more."


@pytest.fixture
def actor() -> User:
    return User.objects.create(
        email="c@clinic.example", name="Cora", organisation=worlds.organisation(), is_staff=True
    )


@pytest.fixture
def case() -> Case:
    worlds.person(number=NUMBER)
    return opened("my cat ate my patches")


def opened(body: str) -> Case:
    worlds.text(NUMBER, body, at=NIGHT)
    replies.answer_pending(now=NIGHT)
    return Case.objects.order_by("-pk")[0]


def answered(case: Case, actor: User, now: datetime = NIGHT, **given: Any) -> Message:
    text, turn = given.pop("text", WORDS), given.pop("turn", 0)
    pk = counselling.answer(case=case, text=text, turn=turn, actor=actor, now=now, **given)
    case.refresh_from_db()
    return Message.objects.get(pk=pk)


def test_answer_to_somebody_who_texted_of_late_leaves_at_once(case: Case, actor: User) -> None:
    message = answered(case, actor)

    assert (message.not_before, message.hours_start) == (NIGHT, None)
    assert (case.status, case.assigned_to) == (Case.Status.ANSWERED, actor)
    assert AuditEvent.objects.get(verb="case.answer").detail["at_once"] == "texted_lately"
    assert InboundMessage.objects.get().end == "answered"


def test_answer_long_after_waits_for_their_hours(case: Case, actor: User) -> None:
    message = answered(case, actor, LONG_AFTER)

    assert (message.hours_start, message.hours_end) == (time(8), time(20, 30))


def test_answer_long_after_leaves_at_once_for_a_reason(case: Case, actor: User) -> None:
    message = answered(case, actor, LONG_AFTER, at_once=AtOnce.SPOKEN.value)

    assert message.hours_start is None
    assert AuditEvent.objects.get(verb="case.answer").detail["at_once"] == "spoken"


def test_persons_own_hours_go_before_the_campaigns(case: Case, actor: User) -> None:
    assert case.participant is not None
    case.participant.hours_start, case.participant.hours_end = time(17), time(19)
    case.participant.save()

    assert answered(case, actor, LONG_AFTER).hours_start == time(17)


def test_answer_that_waits_for_their_hours_leaves_in_them(case: Case, actor: User) -> None:
    noon = worlds.at_noon()
    InboundMessage.objects.update(received_at=noon - timedelta(days=3))
    assert case.participant is not None
    case.participant.hours_start, case.participant.hours_end = time(13), time(16)
    case.participant.save()
    message = answered(case, actor, noon)

    dispatch.send_due()
    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    moved(hours=1.5)
    dispatch.send_due()
    message.refresh_from_db()
    assert message.status in (
        Message.Status.ACCEPTED,
        Message.Status.SENT,
        Message.Status.DELIVERED,
    )


def moved(*, hours: float) -> None:
    row = CalendarOffset.objects.get(pk=1)
    CalendarOffset.objects.update(offset=row.offset + timedelta(hours=hours))


def test_who_leaves_meanwhile_gets_no_answer_and_the_case_says_so(case: Case, actor: User) -> None:
    message = answered(case, actor, LONG_AFTER)
    assert case.participant is not None
    leaving.opt_out(recipient=case.recipient, source="staff", now=LONG_AFTER)

    message.refresh_from_db()
    assert message.status == Message.Status.CANCELLED
    assert "STOP" in counselling.outlook(case=case, now=LONG_AFTER).refusal
    with pytest.raises(Refused, match="STOP"):
        answered(case, actor, LONG_AFTER, turn=1)
    assert unsent.reopen(now=LONG_AFTER) == 0


def test_case_resolved_meanwhile_keeps_its_answer_and_takes_no_other(
    case: Case, actor: User
) -> None:
    message = answered(case, actor, LONG_AFTER)
    cases.resolve(case=case, resolution="answered", actor=actor, now=LONG_AFTER)

    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    with pytest.raises(Refused, match="resolved"):
        answered(case, actor, LONG_AFTER, turn=1)


def test_words_of_need_are_answered_in_spite_of_a_stop(actor: User) -> None:
    worlds.person(number=NUMBER)
    case = opened("STOP. i want to die")

    assert answered(case, actor).kind == Message.Kind.CRISIS
    with pytest.raises(Refused, match="STOP"):
        answered(case, actor, LONG_AFTER, turn=1)


@pytest.mark.parametrize(
    ("text", "why"),
    [("  ", "Write something"), ("x" * 700, "5 texts"), ("Hi {{ first_name }}", "first_name")],
)
def test_what_cannot_be_sent_is_refused_in_words(
    case: Case, actor: User, text: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        answered(case, actor, text=text)
    assert not Message.objects.filter(kind="staff").exists()


def test_two_who_answer_at_once_send_one(case: Case, actor: User) -> None:
    answered(case, actor)

    with pytest.raises(Overtaken):
        answered(case, actor, text="Another")
    answered(case, actor, text="Another", turn=1)
    assert counselling.turns(case=case) == 2


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_answer_that_never_arrived_brings_its_case_back_once(
    case: Case, actor: User, status: str, resolved: bool
) -> None:
    message = answered(case, actor)
    if resolved:
        cases.resolve(case=case, resolution="answered", actor=actor, now=NIGHT)
    Message.objects.filter(pk=message.pk).update(
        status=status, status_reason="30005", settled_at=NIGHT
    )

    assert unsent.reopen(now=NIGHT + timedelta(minutes=1)) == 1
    case.refresh_from_db()
    assert case.status == Case.Status.OPEN
    cases.resolve(case=case, resolution="nothing", actor=actor, now=NIGHT)
    assert unsent.reopen(now=NIGHT + timedelta(minutes=2)) == 0


def test_answer_that_came_too_late_to_send_brings_its_case_back(case: Case, actor: User) -> None:
    message = answered(case, actor, LONG_AFTER)
    now = message.valid_until + timedelta(minutes=1)
    Message.objects.filter(pk=message.pk).update(not_before=NIGHT)
    expiry.expire(now=now)

    assert unsent.reopen(now=now) == 1
