"""A confirmation of STOP that has not left is taken back with the STOP itself."""

import pytest

from enrolment import replies
from enrolment.models import Enrolment
from messaging import clock, coming_back, dispatch, ledger, optout
from messaging.models import Message, Recipient
from tests import worlds
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text

pytestmark = pytest.mark.django_db
NUMBER = "+447700900001"


def test_lift_takes_back_the_confirmation_that_waits_and_nothing_else() -> None:
    sender = SenderFactory()
    recipient = RecipientFactory(organisation=sender.organisation)
    confirmation = queue_text(sender, recipient, kind=Message.Kind.STOP_CONFIRMATION)
    help_text = queue_text(sender, recipient, kind=Message.Kind.HELP)
    now = clock.calendar_now()

    assert not coming_back.lift(recipient=recipient, source="start", now=now)
    confirmation.refresh_from_db()
    assert confirmation.status == "queued"

    optout.opt_out(recipient=recipient, source="sms", now=now)
    assert coming_back.lift(recipient=recipient, source="start", now=now)
    for message in (confirmation, help_text):
        message.refresh_from_db()
    assert (confirmation.status, confirmation.status_reason) == ("cancelled", "back_again")
    assert help_text.status == "queued"
    assert not optout.is_opted_out(recipient=recipient)


@pytest.mark.parametrize(
    "words",
    [
        ("JOIN", "yes", "STOP", "START", "STOP"),
        ("JOIN", "yes", "Amina", "STOP", "START", "yes", "STOP"),
        ("STOP", "JOIN", "STOP"),
        ("STOP", "JOIN", "yes", "STOP CRAVE"),
    ],
)
def test_two_stops_before_anything_leaves_have_one_confirmation(words: tuple[str, ...]) -> None:
    """Found by R8 with fifty steps a life."""
    worlds.version()
    worlds.at_noon()
    for word in words:
        worlds.text(NUMBER, word)
        replies.answer_pending(now=clock.calendar_now())
    while dispatch.send_due():
        pass

    left = Message.objects.filter(kind=Message.Kind.STOP_CONFIRMATION, status="delivered")
    assert left.count() == 1
    assert list(ledger.violations()) == []


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ((), ("STOP", "START", "STOP")),
        ((), ("STOP", "JOIN", "STOP")),
        (("STOP",), ("START", "STOP")),
        (("STOP",), ("JOIN", "STOP")),
    ],
)
def test_stop_that_waits_behind_a_coming_back_is_the_last_word(
    before: tuple[str, ...], words: tuple[str, ...]
) -> None:
    """All stored, and obeyed, before the first of them is answered."""
    worlds.person(number=NUMBER)
    now = worlds.at_noon()
    for word in before:
        worlds.text(NUMBER, word)
        replies.answer_pending(now=now)
    for word in words:
        worlds.text(NUMBER, word)
    replies.answer_pending(now=now)

    recipient = Recipient.objects.get()
    assert optout.is_opted_out(recipient=recipient)
    assert not Enrolment.objects.exclude(status=Enrolment.Status.WITHDRAWN).exists()
    waiting = Message.objects.filter(status=Message.Status.QUEUED)
    assert [row.kind for row in waiting] == [Message.Kind.STOP_CONFIRMATION]
