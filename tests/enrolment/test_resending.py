from datetime import time, timedelta

import pytest

from enrolment import leaving, planner, resending
from enrolment.models import Enrolment
from enrolment.resending import Refused
from messaging.models import Message, Recipient
from tests import worlds
from tests.factories.user import UserFactory
from trust.models import AuditEvent, User

pytestmark = pytest.mark.django_db

LATER = worlds.NOON + timedelta(minutes=2)


@pytest.fixture
def enrolment() -> Enrolment:
    return worlds.person()


@pytest.fixture
def lost(enrolment: Enrolment) -> Message:
    """The welcome, which did not arrive."""
    planner.tick(now=LATER)
    Message.objects.update(status="undelivered", status_reason="30003", settled_at=LATER)
    return Message.objects.get()


@pytest.fixture
def actor() -> User:
    return UserFactory(organisation=worlds.organisation())


def resend(enrolment: Enrolment, message: Message, actor: User, minutes: int = 10) -> int:
    return resending.resend(
        enrolment_id=enrolment.pk,
        message_id=message.pk,
        actor=actor,
        now=worlds.NOON + timedelta(minutes=minutes),
    )


def refusal(enrolment: Enrolment, message: Message, actor: User, minutes: int = 10) -> str:
    with pytest.raises(Refused) as found:
        resend(enrolment, message, actor, minutes)
    return str(found.value)


def test_text_goes_once_more_in_their_hours(
    enrolment: Enrolment, lost: Message, actor: User
) -> None:
    again = Message.objects.get(pk=resend(enrolment, lost, actor))

    assert again.body.text == lost.body.text
    assert (again.cause_kind, again.kind) == ("staff", "staff")
    assert (again.hours_start, again.hours_end) == (time(8), time(20, 30))
    assert again.zone == "Europe/London"
    event = AuditEvent.objects.get(verb="person.resend")
    assert (event.actor, event.detail) == (actor, {"message": lost.pk, "again": again.pk})


def test_text_goes_again_once(enrolment: Enrolment, lost: Message, actor: User) -> None:
    again = Message.objects.get(pk=resend(enrolment, lost, actor))

    assert "before" in refusal(enrolment, lost, actor)
    Message.objects.filter(pk=again.pk).update(status="failed", status_reason="x", settled_at=LATER)
    assert "once is enough" in refusal(enrolment, again, actor)
    assert Message.objects.count() == 2


def test_nothing_goes_after_stop(enrolment: Enrolment, lost: Message, actor: User) -> None:
    recipient = enrolment.participant.recipient
    leaving.opt_out(recipient=recipient, source="sms", now=LATER)

    assert "STOP" in refusal(enrolment, lost, actor)


def test_nothing_goes_to_whoever_has_left(enrolment: Enrolment, lost: Message, actor: User) -> None:
    leaving.withdraw(enrolment=enrolment, source="staff", now=LATER)

    assert "has left" in refusal(enrolment, lost, actor)


def test_nothing_goes_to_a_number_that_is_gone(
    enrolment: Enrolment, lost: Message, actor: User
) -> None:
    Recipient.objects.update(bad_since=LATER)

    assert "can't be reached" in refusal(enrolment, lost, actor)


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "delivered", "status_reason": ""},
        {"status": "cancelled", "status_reason": "paused"},
        {"status": "queued", "settled_at": None},
        {"kind": "crisis"},
    ],
)
def test_only_what_did_not_arrive_goes_again(
    columns: dict[str, object], enrolment: Enrolment, lost: Message, actor: User
) -> None:
    Message.objects.update(**columns)

    assert "did not arrive" in refusal(enrolment, lost, actor)


def test_old_text_says_nothing_true_any_more(
    enrolment: Enrolment, lost: Message, actor: User
) -> None:
    assert "three days" in refusal(enrolment, lost, actor, minutes=4 * 24 * 60)


def test_erased_words_cannot_go(enrolment: Enrolment, lost: Message, actor: User) -> None:
    lost.body.text = None
    lost.body.save()

    assert "erased" in refusal(enrolment, lost, actor)


def test_link_that_opens_once_does_not_go_again(
    enrolment: Enrolment, lost: Message, actor: User
) -> None:
    lost.body.text = "Your page: http://localhost/me/Abcdefghijklmnopqrstuv/"
    lost.body.save()

    assert "WEB" in refusal(enrolment, lost, actor)


def test_text_of_somebody_else_is_none_of_this_persons(
    enrolment: Enrolment, lost: Message, actor: User
) -> None:
    other = worlds.person(number="+447700900002", of=enrolment.version)

    assert "no such text" in refusal(other, lost, actor)


def test_unresolved_text_may_come_twice(enrolment: Enrolment, lost: Message) -> None:
    Message.objects.update(status="failed", status_reason="unresolved")

    found = resending.outlook(enrolment=enrolment, message_id=lost.pk, now=LATER)

    assert found is not None
    assert found.may_come_twice
    assert not found.refusal
