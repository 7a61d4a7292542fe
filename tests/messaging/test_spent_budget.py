"""A spent budget at the wire: it silences all but HELP and STOP, and what waited may still go."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from messaging import budget, clock, expiry
from messaging.dispatch import send_due
from messaging.models import Attempt, Message, Recipient, Sender
from tests.factories.message import MessageFactory
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text, started

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 15, 12, tzinfo=UTC)


def someone(sender: Sender) -> Recipient:
    return RecipientFactory(organisation=sender.organisation)


def stopped() -> Sender:
    sender = SenderFactory(segment_price=Decimal("0.1"), currency="GBP", monthly_budget=0)
    budget.refresh(now=clock.calendar_now())
    sender.refresh_from_db()
    assert sender.budget_state == Sender.BudgetState.STOPPED
    return sender


def test_stopped_sender_answers_help_and_stop_and_sends_nothing_else() -> None:
    sender = stopped()
    for kind in Message.Kind.values:
        queue_text(sender, someone(sender), kind=kind)

    send_due()

    gone = set(Attempt.objects.values_list("message__kind", flat=True))
    waiting = set(Message.objects.filter(status="queued").values_list("kind", flat=True))
    assert gone == {"crisis", "help", "stop_confirmation"}
    assert waiting == {"due", "reply", "broadcast", "staff"}


def test_stopped_sender_does_not_hold_up_another() -> None:
    sender, other = stopped(), SenderFactory()
    queue_text(sender, someone(sender), priority=0)
    free = queue_text(other, someone(other), priority=40)

    assert send_due(limit=1) == 1

    free.refresh_from_db()
    assert free.status == Message.Status.DELIVERED


def test_answer_to_help_passes_a_text_the_budget_holds_back() -> None:
    sender = stopped()
    recipient = someone(sender)
    queue_text(sender, recipient, priority=0)
    answer = queue_text(sender, recipient, kind=Message.Kind.HELP, priority=10)

    send_due()

    answer.refresh_from_db()
    assert answer.status == Message.Status.DELIVERED


def test_opened_sender_sends_what_is_still_valid() -> None:
    sender = stopped()
    now = clock.calendar_now()
    still, over = queue_text(sender, someone(sender)), queue_text(sender, someone(sender))
    Message.objects.filter(pk=over.pk).update(valid_until=now)
    expiry.expire(now=now)
    Sender.objects.update(monthly_budget=Decimal(100))
    budget.refresh(now=now)

    send_due()

    for message in (still, over):
        message.refresh_from_db()
    assert still.status == Message.Status.DELIVERED
    assert (over.status, over.status_reason) == ("expired", "budget")


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [
        ("due", "stopped", "budget"),
        ("reply", "stopped", "budget"),
        ("help", "stopped", "expired"),
        ("due", "warned", "expired"),
        ("due", "open", "expired"),
    ],
)
def test_expired_text_says_whether_the_budget_held_it(kind: str, state: str, reason: str) -> None:
    message = MessageFactory(kind=kind, valid_until=NOON, sender__budget_state=state)

    expiry.expire(now=NOON)

    message.refresh_from_db()
    assert message.status_reason == reason


def test_budget_that_stops_between_choice_and_call_is_seen() -> None:
    sender = SenderFactory()
    message = queue_text(sender, someone(sender))
    Sender.objects.update(budget_state=Sender.BudgetState.STOPPED)

    assert started(message) == []
