from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from messaging import calling, clock, dispatch, ledger, outbox
from messaging.models import (
    Attempt,
    CalendarOffset,
    Message,
    MessageBody,
    Pace,
    Receipt,
    Recipient,
)
from messaging.providers.base import (
    Advice,
    Capabilities,
    Outgoing,
    Provider,
    SendOutcome,
    SendResult,
)
from messaging.providers.fake import Fake
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text, text_in

pytestmark = pytest.mark.django_db

Network = Callable[..., Fake]


def test_send_due_delivers_a_text_whose_time_has_come(fake: Fake) -> None:
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    handled = dispatch.send_due()

    message.refresh_from_db()
    attempt = message.attempts.get()
    assert handled == 1
    assert message.status == Message.Status.DELIVERED
    assert message.settled_at is not None
    assert attempt.outcome == Attempt.Outcome.ACCEPTED
    assert attempt.receipts.get().status == Receipt.Status.DELIVERED
    assert [entry["token"] for entry in fake.entries()] == [attempt.token]
    assert message.provider_message_id == fake.entries()[0]["id"]
    assert ledger.violations(grace=timedelta()) == []


def test_send_due_tells_the_provider_how_long_the_text_is_worth_delivering(fake: Fake) -> None:
    sender = SenderFactory()
    queue_text(sender, RecipientFactory(organisation=sender.organisation))

    dispatch.send_due()

    two_hours = timedelta(hours=2).total_seconds()
    assert two_hours - 60 < fake.entries()[0]["valid_for"] < two_hours


def test_send_due_does_nothing_with_nothing_due() -> None:
    assert dispatch.send_due() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"not_before": timedelta(minutes=5)},
        {"valid_until": timedelta(seconds=-1)},
        {"hours": (timedelta(hours=1), timedelta(hours=2))},
    ],
    ids=["not yet", "too late", "outside hours"],
)
def test_send_due_leaves_a_text_outside_its_time(changes: dict[str, Any], fake: Fake) -> None:
    sender = SenderFactory()
    now = clock.calendar_now()
    noon = now.replace(hour=12)
    moved = {
        name: tuple((noon + part).time() for part in value)
        if isinstance(value, tuple)
        else now + value
        for name, value in changes.items()
    }
    if "hours" in moved:
        # Whatever the hour of this test's run, these two hours lie elsewhere.
        start = (now + timedelta(hours=3)).replace(minute=0)
        end = start + timedelta(minutes=59)
        moved["hours"] = (start.time(), end.time())
        moved["zone"] = "UTC"
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation), **moved)

    dispatch.send_due()

    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    assert fake.entries() == []


def test_send_due_reads_hours_in_the_persons_zone(fake: Fake) -> None:
    sender = SenderFactory()
    local = clock.calendar_now() + timedelta(hours=14)
    start, end = local.replace(minute=0, second=0), local.replace(minute=59, second=59)
    message = queue_text(
        sender,
        RecipientFactory(organisation=sender.organisation),
        hours=(start.time(), end.time()),
        zone="Pacific/Kiritimati",
    )

    dispatch.send_due()

    message.refresh_from_db()
    assert message.status == Message.Status.DELIVERED


def test_send_due_blocks_a_number_that_opted_out_meanwhile(fake: Fake) -> None:
    sender = SenderFactory()
    recipient = RecipientFactory(organisation=sender.organisation)
    text_in(sender, recipient.number, "STOP")
    message = queue_text(sender, recipient, kind=Message.Kind.HELP)
    Message.objects.filter(pk=message.pk).update(kind=Message.Kind.REPLY)

    dispatch.send_due()

    message.refresh_from_db()
    assert (message.status, message.status_reason) == (Message.Status.BLOCKED, "opted_out")
    assert fake.entries() == []


@pytest.mark.parametrize("kind", [Message.Kind.HELP, Message.Kind.STOP_CONFIRMATION])
def test_send_due_answers_past_an_opt_out(kind: str, fake: Fake) -> None:
    sender = SenderFactory()
    recipient = RecipientFactory(organisation=sender.organisation)
    text_in(sender, recipient.number, "STOP")
    queue_text(sender, recipient, kind=kind)

    dispatch.send_due()

    assert len(fake.entries()) == 1
    assert [v for v in ledger.violations() if v.code == "I3"] == []


def test_send_due_sends_one_text_a_number_at_a_time_and_in_order(network: Network) -> None:
    fake = network(latency=0.02)
    sender = SenderFactory()
    recipient = RecipientFactory(organisation=sender.organisation)
    now = clock.calendar_now()
    messages = [
        queue_text(sender, recipient, not_before=now - timedelta(seconds=30 - place))
        for place in range(4)
    ]

    dispatch.send_due()

    tokens = [message.attempts.get().token for message in messages]
    assert [entry["token"] for entry in fake.entries()] == tokens
    attempts = [message.attempts.get() for message in messages]
    for first, second in pairwise(attempts):
        assert first.settled_at is not None
        assert first.settled_at < second.started_at


def test_send_due_takes_the_urgent_first(fake: Fake) -> None:
    sender = SenderFactory()
    numbers = RecipientFactory.create_batch(3, organisation=sender.organisation)
    late, soon, first = (
        queue_text(sender, number, priority=priority)
        for number, priority in zip(numbers, (30, 20, 0), strict=True)
    )

    for _ in range(3):
        dispatch.send_due(limit=1)

    sent = [entry["token"] for entry in fake.entries()]
    assert sent == [message.attempts.get().token for message in (first, soon, late)]


def test_send_due_waits_after_a_rejection_for_now(network: Network) -> None:
    fake = network(faults=["reject_retryable"])
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    dispatch.send_due()
    dispatch.send_due()

    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    assert message.retry_at is not None
    assert message.retry_at > clock.calendar_now() + timedelta(seconds=20)
    assert fake.entries() == []
    Message.objects.update(retry_at=clock.calendar_now())
    dispatch.send_due()
    message.refresh_from_db()
    assert message.status == Message.Status.DELIVERED
    assert message.retry_at is None


def test_send_due_does_not_requeue_what_was_cancelled_on_the_wire(network: Network) -> None:
    network(faults=["reject_retryable"])
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    _cancel_during_call(message)

    dispatch.send_due()

    message.refresh_from_db()
    assert (message.status, message.status_reason) == (Message.Status.CANCELLED, "withdrawn")
    assert ledger.violations(grace=timedelta()) == []


def _cancel_during_call(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(cancel_reason="withdrawn")


def test_send_due_fails_a_text_rejected_for_good(network: Network) -> None:
    network(faults=["reject_permanent"])
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    dispatch.send_due()

    message.refresh_from_db()
    assert (message.status, message.status_reason) == (Message.Status.FAILED, "refused")


@pytest.mark.parametrize("fault", ["raise", "accept_then_unknown"])
def test_send_due_leaves_an_open_answer_unknown(fault: str, network: Network) -> None:
    network(faults=[fault])
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    dispatch.send_due()
    dispatch.send_due()

    message.refresh_from_db()
    assert message.status == Message.Status.UNKNOWN
    assert message.attempts.get().outcome == Attempt.Outcome.UNKNOWN
    assert ledger.violations(grace=timedelta()) == []


def test_send_due_gives_up_waiting_on_a_call_that_hangs(
    network: Network, settings: Settings
) -> None:
    settings.ATTEMPT_LEASE_SECONDS = 0.2
    network(faults=["accept_then_hang"])
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    dispatch.send_due()

    attempt = message.attempts.get()
    assert (attempt.outcome, attempt.error_code) == (Attempt.Outcome.UNKNOWN, "TimeoutError")


def test_send_due_is_not_harmed_by_one_unreadable_text(fake: Fake) -> None:
    sender = SenderFactory()
    broken, *others = [
        queue_text(sender, number)
        for number in RecipientFactory.create_batch(3, organisation=sender.organisation)
    ]
    stolen = bytes(_blob(others[0]))
    _set_blob(broken, stolen)

    dispatch.send_due()

    broken.refresh_from_db()
    assert (broken.status, broken.status_reason) == (Message.Status.FAILED, "unreadable")
    assert broken.attempts.get().outcome == Attempt.Outcome.NOT_MADE
    assert len(fake.entries()) == 2


def _blob(message: Message) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM messaging_messagebody WHERE message_id=%s", [message.pk])
        return bytes(cursor.fetchone()[0])


def _set_blob(message: Message, blob: bytes) -> None:
    with connection.cursor() as cursor:
        values = [blob, message.pk]
        cursor.execute("UPDATE messaging_messagebody SET text=%s WHERE message_id=%s", values)


def test_send_due_blocks_an_erased_number_and_an_erased_text(fake: Fake) -> None:
    sender = SenderFactory()
    first, second = (
        queue_text(sender, number)
        for number in RecipientFactory.create_batch(2, organisation=sender.organisation)
    )
    Recipient.objects.filter(pk=first.recipient_id).update(number=None)
    MessageBody.objects.filter(pk=second.pk).update(text=None)

    dispatch.send_due()

    reasons = Message.objects.values_list("status", "status_reason")
    assert set(reasons) == {("blocked", "erased")}
    assert fake.entries() == []


def test_send_due_leaves_the_texts_of_a_sender_switched_off(fake: Fake) -> None:
    sender = SenderFactory(is_active=False)
    queue_text(sender, RecipientFactory(organisation=sender.organisation))

    assert dispatch.send_due() == 0
    assert fake.entries() == []


def test_send_due_is_not_harmed_by_a_sender_on_a_missing_provider(fake: Fake) -> None:
    sender, lost = SenderFactory(), SenderFactory(provider="gone")
    waiting = queue_text(lost, RecipientFactory(organisation=lost.organisation))
    queue_text(sender, RecipientFactory(organisation=sender.organisation))

    assert dispatch.send_due() == 1
    waiting.refresh_from_db()
    assert waiting.status == Message.Status.QUEUED


def test_send_due_keeps_unapproved_words_off_a_real_provider(
    fake: Fake, settings: Settings
) -> None:
    sender = SenderFactory()
    recipient = RecipientFactory(organisation=sender.organisation)
    message = queue_text(sender, recipient, approved=False)
    real = {"BACKEND": "tests.messaging.networks.RealLooking", "OPTIONS": {}}
    settings.SMS_PROVIDERS = {**settings.SMS_PROVIDERS, "real": real}
    type(sender).objects.update(provider="real")

    dispatch.send_due()

    message.refresh_from_db()
    assert message.status_reason == "not_clinically_approved"


def test_send_due_refuses_a_moved_calendar_with_a_real_sender(settings: Settings) -> None:
    CalendarOffset.objects.create(pk=1, offset=timedelta(minutes=15))
    SenderFactory(provider="real")

    with pytest.raises(clock.ClockRefused):
        dispatch.send_due()


def test_send_due_does_not_make_a_call_too_long_after_its_commit(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = network()
    monkeypatch.setattr(calling, "LEAVE_WITHIN_SECONDS", -1.0)
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    dispatch.send_due(limit=1)

    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    assert message.attempts.get().outcome == Attempt.Outcome.NOT_MADE
    assert fake.entries() == []


@pytest.mark.usefixtures("committed")
def test_send_due_refuses_to_run_inside_a_transaction() -> None:
    sender = SenderFactory()
    queue_text(sender, RecipientFactory(organisation=sender.organisation))

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        dispatch.send_due()


@pytest.mark.usefixtures("committed")
def test_two_dispatchers_at_once_send_each_text_once(network: Network) -> None:
    fake = network(latency=0.01)
    sender = SenderFactory()
    for number in RecipientFactory.create_batch(120, organisation=sender.organisation):
        queue_text(sender, number)

    errors = at_once(*[lambda: dispatch.send_due(limit=300)] * 3)
    dispatch.send_due(limit=300)

    assert errors == []
    assert len(fake.entries()) == 120
    assert set(Message.objects.values_list("status", flat=True)) == {"delivered"}
    assert ledger.violations(grace=timedelta()) == []


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("round_", range(3))
def test_stop_against_dispatch_starts_nothing_after_the_stop(round_: int, network: Network) -> None:
    fake = network(latency=0.005)
    sender = SenderFactory()
    numbers = RecipientFactory.create_batch(40, organisation=sender.organisation)
    for number in numbers:
        for _ in range(3):
            queue_text(sender, number)

    def stop_all() -> None:
        for number in reversed(numbers):
            stored = text_in(sender, number.number, "STOP")
            assert stored is not None
            assert stored.opted_out

    errors = at_once(lambda: dispatch.send_due(limit=500), stop_all)
    dispatch.send_due(limit=500)

    assert errors == []
    assert not Message.objects.filter(status__in=Message.OPEN).exists()
    # I8: nobody above the transport answers here.
    assert {violation.code for violation in ledger.violations(grace=timedelta())} == {"I8"}
    accepted = Attempt.objects.filter(outcome=Attempt.Outcome.ACCEPTED).count()
    assert len(fake.entries()) == accepted


def test_cancel_stops_a_queued_text(fake: Fake) -> None:
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))
    outbox.cancel(
        cause_kind=message.cause_kind,
        cause_keys=[message.cause_key],
        reason="withdrawn",
        now=clock.calendar_now(),
    )

    dispatch.send_due()

    assert fake.entries() == []


class Throttled(Provider):
    """Says "too many at once" to every text."""

    capabilities = Capabilities(is_fake=True)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def send(self, outgoing: Outgoing) -> SendResult:
        return SendResult(
            SendOutcome.REJECTED_RETRYABLE,
            error_code="429",
            retry_after=timedelta(seconds=self.seconds),
            advice=Advice.SLOW_DOWN,
        )


@pytest.mark.parametrize(("seconds", "pause"), [(5, 5), (900, 30), (0, 0.2)])
def test_send_due_is_silent_for_as_long_as_it_is_told_to_be(
    seconds: float, pause: float, settings: Settings
) -> None:
    entry = {"BACKEND": f"{__name__}.Throttled", "OPTIONS": {"seconds": seconds}}
    settings.SMS_PROVIDERS = {"fake": entry}
    sender, other = SenderFactory(segments_per_second=10), SenderFactory(segments_per_second=10)
    queue_text(sender, RecipientFactory(organisation=sender.organisation))

    dispatch.send_due(limit=1)

    pace = Pace.objects.get(sender=sender)
    assert pace.level == pytest.approx(-10 * pause, abs=2)
    assert not Pace.objects.filter(sender=other).exists()


def test_send_due_sends_a_numbers_next_text_as_soon_as_the_one_before_is_answered(
    settings: Settings,
) -> None:
    """However quick the answer: it may land while the next are being claimed."""
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": "tests.messaging.networks.RealLooking"}}
    sender = SenderFactory()
    recipient = RecipientFactory(organisation=sender.organisation)
    for _ in range(5):
        queue_text(sender, recipient)

    assert dispatch.send_due() == 5


def test_send_due_begins_nothing_after_its_time(fake: Fake) -> None:
    sender = SenderFactory()
    queue_text(sender, RecipientFactory(organisation=sender.organisation))

    assert dispatch.send_due(seconds=0) == 0
    assert fake.entries() == []


def test_send_due_handles_no_more_than_its_limit(fake: Fake) -> None:
    sender = SenderFactory()
    for number in RecipientFactory.create_batch(9, organisation=sender.organisation):
        queue_text(sender, number)

    assert dispatch.send_due(limit=4) == 4
    assert len(fake.entries()) == 4


class Empty(Provider):
    """Sends, and forgets to say so."""

    capabilities = Capabilities(is_fake=True)

    async def send(self, outgoing: Outgoing) -> SendResult:
        return None  # type: ignore[return-value]


def test_send_due_never_repeats_a_call_whose_provider_returned_nothing(settings: Settings) -> None:
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": f"{__name__}.Empty"}}
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    dispatch.send_due(limit=3)

    message.refresh_from_db()
    assert message.status == Message.Status.UNKNOWN
    assert message.attempts.count() == 1
