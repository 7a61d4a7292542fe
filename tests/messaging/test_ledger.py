"""Each promise broken by hand, past the verbs; the auditor must find it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from messaging import clock, dispatch, ledger
from messaging.models import (
    Attempt,
    InboundMessage,
    Message,
    MessageBody,
    OptOut,
    Receipt,
)
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text, text_in
from trust.models import MachineNow

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def sent() -> Message:
    """A text delivered in good order."""
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    dispatch.send_due()
    message.refresh_from_db()
    return message


def attempt_again(message: Message, **changes: Any) -> Attempt:
    now = clock.calendar_now()
    fields = {"outcome": "accepted", "settled_at": now, "calendar_at": now, **changes}
    return Attempt.objects.create(message=message, token="again", provider="fake", **fields)


def without(constraint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {constraint}")


def twice_accepted(message: Message) -> None:
    without("attempt_one_accepted")
    attempt_again(message)


def tried_after_acceptance(message: Message) -> None:
    attempt_again(message, outcome="rejected_retryable")


def forgotten_in_the_queue(message: Message) -> None:
    now = clock.calendar_now()
    queue_text(
        message.sender, message.recipient, not_before=now - 3 * HOUR, valid_until=now - 2 * HOUR
    )


def started_long_ago(message: Message) -> None:
    Attempt.objects.update(
        outcome="started", settled_at=None, started_at=clock.calendar_now() - HOUR
    )


def started_after_stop(message: Message) -> None:
    text_in(message.sender, message.recipient.number, "STOP")
    InboundMessage.objects.update(end="answered", ended_at=clock.calendar_now())
    Attempt.objects.update(started_at=MachineNow())


def stop_confirmed_twice(message: Message) -> None:
    text_in(message.sender, message.recipient.number, "STOP")
    InboundMessage.objects.update(end="answered", ended_at=clock.calendar_now())
    for _ in range(2):
        queue_text(message.sender, message.recipient, kind=Message.Kind.STOP_CONFIRMATION)
    dispatch.send_due()


def started_too_early(message: Message) -> None:
    Message.objects.update(not_before=clock.calendar_now() + HOUR)


def started_too_late(message: Message) -> None:
    Message.objects.update(valid_until=Attempt.objects.get().calendar_at)


def started_outside_hours(message: Message) -> None:
    away = (clock.calendar_now() + 12 * HOUR).replace(minute=0)
    Message.objects.update(
        zone="UTC", hours_start=away.time(), hours_end=(away + 59 * HOUR / 60).time()
    )


def fell_below_its_report(message: Message) -> None:
    Message.objects.update(status="sent")


def lost_its_acceptance(message: Message) -> None:
    Message.objects.update(status="cancelled", status_reason="fault")


def sends_without_an_attempt(message: Message) -> None:
    Attempt.objects.update(outcome="not_accepted")
    Receipt.objects.all().delete()
    Message.objects.update(status="sending", settled_at=None)


def accepted_by_nobody(message: Message) -> None:
    Attempt.objects.update(outcome="rejected_permanent")
    Receipt.objects.all().delete()


def lost_its_words(message: Message) -> None:
    MessageBody.objects.all().delete()


def reported_though_not_accepted(message: Message) -> None:
    Attempt.objects.update(outcome="not_accepted")
    Message.objects.update(status="failed", status_reason="fault")


def never_answered(message: Message) -> None:
    text_in(message.sender, message.recipient.number, "hello")
    InboundMessage.objects.update(stored_at=clock.calendar_now() - HOUR)


def message_by_message() -> list[ledger.Violation]:
    """The same, in the shortest stretches there are."""
    ids = Message.objects.values_list("pk", flat=True)
    of_each = [violation for pk in ids for violation in ledger.of_messages([pk])]
    return [*ledger.forgotten(), *of_each]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (twice_accepted, "I1"),
        (tried_after_acceptance, "I1"),
        (forgotten_in_the_queue, "I2"),
        (started_long_ago, "I2"),
        (started_after_stop, "I3"),
        (stop_confirmed_twice, "I3"),
        (started_too_early, "I4"),
        (started_too_late, "I4"),
        (started_outside_hours, "I4"),
        (fell_below_its_report, "I5"),
        (lost_its_acceptance, "I5"),
        (sends_without_an_attempt, "I6"),
        (accepted_by_nobody, "I6"),
        (lost_its_words, "I6"),
        (reported_though_not_accepted, "I7"),
        (never_answered, "I8"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
@pytest.mark.parametrize("asked", [ledger.violations, message_by_message])
def test_violations_finds(
    fault: Callable[[Message], None],
    code: str,
    asked: Callable[[], list[ledger.Violation]],
    sent: Message,
) -> None:
    assert asked() == []

    fault(sent)

    assert code in {violation.code for violation in asked()}
    assert set(asked()) == set(ledger.violations())


def test_violations_is_silent_on_empty_books() -> None:
    assert ledger.violations(grace=timedelta()) == []


def test_violations_accepts_attempts_before_a_stop_and_after_its_lifting(sent: Message) -> None:
    text_in(sent.sender, sent.recipient.number, "STOP")
    InboundMessage.objects.update(end="answered", ended_at=clock.calendar_now())
    OptOut.objects.update(lifted_at=MachineNow(), lift_source="join")
    queue_text(sent.sender, sent.recipient)

    dispatch.send_due()

    assert Attempt.objects.count() == 2
    assert ledger.violations(grace=timedelta()) == []


def test_violations_names_the_row(sent: Message) -> None:
    MessageBody.objects.all().delete()

    (violation,) = ledger.violations()

    assert violation.subject == f"message {sent.pk}"


def test_stretch_tells_of_its_own_messages_alone(sent: Message) -> None:
    other = queue_text(sent.sender, sent.recipient)
    dispatch.send_due()
    MessageBody.objects.all().delete()

    assert [v.subject for v in ledger.of_messages([other.pk])] == [f"message {other.pk}"]
    assert ledger.of_messages([]) == []


def test_forgotten_tells_of_no_more_than_it_is_asked_for(sent: Message) -> None:
    for _ in range(3):
        forgotten_in_the_queue(sent)

    assert len(ledger.forgotten()) == 3
    assert len(ledger.forgotten(most=2)) == 2
