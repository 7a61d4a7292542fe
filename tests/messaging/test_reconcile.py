from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.db.models import F
from pytest_django import Settings

from messaging import clock, dispatch, ledger, reconcile, reports, settling
from messaging.claiming import claim
from messaging.models import Attempt, Message, MessageBody, Recipient, Sender
from messaging.providers.base import (
    Capabilities,
    DeliveryReport,
    LookUp,
    LookUpState,
    Outgoing,
    ReportStatus,
)
from messaging.providers.fake import Fake
from messaging.providers.registry import provider
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.networks import Undecided
from tests.messaging.texts import at_once, queue_text

pytestmark = pytest.mark.django_db

Network = Callable[..., Fake]


@pytest.fixture
def sender() -> Sender:
    return SenderFactory()


def queued(sender: Sender, **changes: Any) -> Message:
    return queue_text(sender, RecipientFactory(organisation=sender.organisation), **changes)


def died_before_its_call(sender: Sender) -> Message:
    """A process claims, commits, and is killed."""
    message = queued(sender)
    claim(limit=10)
    return message


def lease_passes() -> None:
    Attempt.objects.update(started_at=clock.calendar_now() - timedelta(minutes=10))


def test_settle_lost_leaves_an_attempt_within_its_lease(sender: Sender) -> None:
    message = died_before_its_call(sender)

    assert reconcile.settle_lost() == 0
    message.refresh_from_db()
    assert message.status == Message.Status.SENDING


def test_settle_lost_queues_again_what_never_reached_the_provider(
    sender: Sender, fake: Fake
) -> None:
    message = died_before_its_call(sender)
    lease_passes()

    assert reconcile.settle_lost() == 1

    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED
    assert message.attempts.get().outcome == Attempt.Outcome.NOT_ACCEPTED
    dispatch.send_due()
    assert len(fake.entries()) == 1
    assert ledger.violations(grace=timedelta()) == []


def test_settle_lost_finds_what_was_taken_on_before_the_crash(
    sender: Sender, network: Network
) -> None:
    fake = network(faults=["accept_then_unknown"])
    message = queued(sender)
    dispatch.send_due()
    lease_passes()

    assert reconcile.settle_lost() == 1

    message.refresh_from_db()
    assert message.status == Message.Status.DELIVERED
    assert message.provider_message_id == fake.entries()[0]["id"]
    assert dispatch.send_due() == 0
    assert len(fake.entries()) == 1
    assert ledger.violations(grace=timedelta()) == []


def test_settle_lost_cancels_what_was_cancelled_meanwhile(sender: Sender) -> None:
    message = died_before_its_call(sender)
    Message.objects.update(cancel_reason="withdrawn")
    lease_passes()

    reconcile.settle_lost()

    message.refresh_from_db()
    assert (message.status, message.status_reason) == (Message.Status.CANCELLED, "withdrawn")


def test_settle_lost_makes_a_late_call_of_that_attempt_harmless(sender: Sender, fake: Fake) -> None:
    queued(sender)
    call = claim(limit=10).calls[0]
    outgoing = call.open()
    lease_passes()
    reconcile.settle_lost()

    late = _run(fake.send(outgoing))

    assert late.outcome == "rejected_permanent"
    assert fake.entries() == []


def _run(work: Any) -> Any:
    try:
        work.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("the fake waited")


def test_settle_keeps_what_reconcile_decided(sender: Sender) -> None:
    message = died_before_its_call(sender)
    lease_passes()
    reconcile.settle_lost()
    attempt = message.attempts.get()

    settled = settling.settle(
        answers=[settling.Answer(attempt.pk, Attempt.Outcome.REJECTED_PERMANENT)],
        now=clock.calendar_now(),
    )

    message.refresh_from_db()
    assert settled == 0
    assert message.status == Message.Status.QUEUED


@pytest.mark.parametrize("backend", ["Undecided", "UnreachableLookUp"])
def test_settle_lost_leaves_unknown_what_nobody_can_tell(
    backend: str, sender: Sender, settings: Settings
) -> None:
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": f"tests.messaging.networks.{backend}"}}
    message = queued(sender)
    dispatch.send_due()
    lease_passes()

    assert reconcile.settle_lost() == 0

    message.refresh_from_db()
    assert message.status == Message.Status.UNKNOWN
    assert dispatch.send_due() == 0


def test_settle_lost_gives_up_after_two_days_and_never_tries_again(
    sender: Sender, settings: Settings
) -> None:
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": "tests.messaging.networks.Undecided"}}
    message = queued(sender)
    dispatch.send_due()
    long_ago: datetime = clock.calendar_now() - timedelta(hours=49)
    Attempt.objects.update(started_at=long_ago)

    reconcile.settle_lost()

    message.refresh_from_db()
    assert (message.status, message.status_reason) == (Message.Status.FAILED, "unresolved")
    assert message.attempts.get().outcome == Attempt.Outcome.UNKNOWN
    assert ledger.violations() == []


def test_settle_lost_survives_a_provider_that_is_gone(sender: Sender, settings: Settings) -> None:
    message = died_before_its_call(sender)
    lease_passes()
    settings.SMS_PROVIDERS = {}

    assert reconcile.settle_lost() == 0
    message.refresh_from_db()
    assert message.status == Message.Status.UNKNOWN


def test_provider_is_one_object_until_its_settings_change(network: Network) -> None:
    first = provider("fake")

    assert provider("fake") is first
    assert network() is not first


class Forgetful(Undecided):
    """Can be asked, but its no is not final: it may only not know yet. Counts who asks."""

    capabilities = Capabilities(is_fake=True, can_look_up=True)
    asked: ClassVar[list[str]] = []
    knows: ClassVar[LookUp] = LookUp(LookUpState.NOT_FOUND)

    async def look_up(self, outgoing: Outgoing, started_at: datetime) -> LookUp:
        self.asked.append(outgoing.token)
        return self.knows


@pytest.fixture
def forgetful(settings: Settings) -> Iterator[type[Forgetful]]:
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": f"{__name__}.Forgetful"}}
    Forgetful.asked, Forgetful.knows = [], LookUp(LookUpState.NOT_FOUND)
    yield Forgetful
    Forgetful.asked, Forgetful.knows = [], LookUp(LookUpState.NOT_FOUND)


def left_unknown(sender: Sender, **changes: Any) -> Message:
    """Its call was made and never answered; its lease has passed."""
    message = queued(sender)
    Message.objects.filter(pk=message.pk).update(**changes)
    dispatch.send_due()
    lease_passes()
    message.refresh_from_db()
    assert message.status == Message.Status.UNKNOWN
    return message


def minutes_pass(minutes: float) -> None:
    by = timedelta(minutes=minutes)
    Attempt.objects.update(started_at=F("started_at") - by, look_up_at=F("look_up_at") - by)


def test_settle_lost_does_not_take_a_no_that_is_not_final_for_one(
    sender: Sender, forgetful: type[Forgetful]
) -> None:
    message = left_unknown(sender)

    waits = []
    for _ in range(4):
        assert reconcile.settle_lost() == 0
        assert reconcile.settle_lost() == 0
        attempt = message.attempts.get()
        assert attempt.look_up_at is not None
        waits.append((attempt.look_up_at - clock.calendar_now()).total_seconds())
        minutes_pass(waits[-1] / 60)

    message.refresh_from_db()
    assert message.status == Message.Status.UNKNOWN
    assert len(forgetful.asked) == message.attempts.get().look_ups == 4
    assert waits == pytest.approx([300, 600, 1200, 2400], abs=5)


def test_settle_lost_believes_a_provider_that_finds_it_after_all(
    sender: Sender, forgetful: type[Forgetful]
) -> None:
    message = left_unknown(sender)
    reconcile.settle_lost()
    minutes_pass(6)
    forgetful.knows = LookUp(LookUpState.FOUND, "p7")

    assert reconcile.settle_lost() == 1

    message.refresh_from_db()
    assert (message.status, message.provider_message_id) == ("accepted", "p7")


def test_settle_lost_sends_again_what_is_marked_for_it_after_two_in_vain(
    sender: Sender, forgetful: type[Forgetful]
) -> None:
    marked = left_unknown(sender, resend_unknown=True)

    assert reconcile.settle_lost() == 0
    assert reconcile.settle_lost() == 0
    minutes_pass(6)
    assert reconcile.settle_lost() == 1

    marked.refresh_from_db()
    assert marked.status == Message.Status.QUEUED
    assert marked.attempts.get().outcome == Attempt.Outcome.NOT_ACCEPTED
    assert dispatch.send_due() == 1
    assert marked.attempts.count() == 2
    assert ledger.violations(grace=timedelta()) == []


def test_settle_lost_does_not_count_a_question_nobody_answered(
    sender: Sender, forgetful: type[Forgetful]
) -> None:
    message = left_unknown(sender, resend_unknown=True)
    forgetful.knows = LookUp(LookUpState.UNAVAILABLE)

    for _ in range(3):
        assert reconcile.settle_lost() == 0
        minutes_pass(6)

    attempt = message.attempts.get()
    assert (len(forgetful.asked), attempt.look_ups, attempt.outcome) == (3, 0, "unknown")


def test_settle_lost_sends_nothing_again_that_was_cancelled_meanwhile(
    sender: Sender, forgetful: type[Forgetful]
) -> None:
    message = left_unknown(sender, resend_unknown=True)
    Message.objects.update(cancel_reason="withdrawn")
    reconcile.settle_lost()
    minutes_pass(6)

    assert reconcile.settle_lost() == 1

    message.refresh_from_db()
    assert (message.status, message.status_reason) == ("cancelled", "withdrawn")


@pytest.mark.parametrize("what", ["number", "text"])
def test_settle_lost_does_not_ask_for_what_was_erased(
    what: str, sender: Sender, forgetful: type[Forgetful]
) -> None:
    message = left_unknown(sender)
    if what == "number":
        Recipient.objects.update(number=None)
    else:
        MessageBody.objects.update(text=None)

    assert reconcile.settle_lost() == 0

    message.refresh_from_db()
    assert (message.status, forgetful.asked) == ("unknown", [])


def test_settle_lost_asks_for_the_others_when_one_cannot_be_read(
    sender: Sender, forgetful: type[Forgetful], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "_BATCH", 1)
    unreadable, other = left_unknown(sender), left_unknown(sender)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_messagebody b SET text = o.text FROM messaging_messagebody o"
            " WHERE b.message_id = %s AND o.message_id = %s",
            [unreadable.pk, other.pk],
        )

    reconcile.settle_lost()
    assert forgetful.asked == []
    reconcile.settle_lost()

    assert forgetful.asked == [other.attempts.get().token]
    assert unreadable.attempts.get().look_ups == 0


def test_settle_lost_gives_up_after_two_days_of_asking_and_asks_no_more(
    sender: Sender, forgetful: type[Forgetful]
) -> None:
    message = left_unknown(sender)
    minutes_pass(48 * 60 - 20)
    reconcile.settle_lost()
    message.refresh_from_db()
    assert message.status == Message.Status.UNKNOWN

    minutes_pass(30)
    reconcile.settle_lost()
    message.refresh_from_db()
    assert (message.status, message.status_reason) == ("failed", "unresolved")
    assert len(forgetful.asked) == 2

    minutes_pass(24 * 60)
    reconcile.settle_lost()
    assert len(forgetful.asked) == 2


@pytest.mark.parametrize("hours", [1, 49], ids=["while it is open", "after it was given up"])
def test_a_late_report_raises_what_nobody_knew_of(
    hours: int, sender: Sender, forgetful: type[Forgetful]
) -> None:
    message = left_unknown(sender)
    minutes_pass(60 * hours)
    reconcile.settle_lost()

    found = [DeliveryReport(ReportStatus.DELIVERED, message.attempts.get().token)]
    reports.receive(provider="fake", reports=found)
    assert reports.fold(now=clock.calendar_now()) == 1

    message.refresh_from_db()
    assert (message.status, message.status_reason) == ("delivered", "")
    assert message.attempts.get().outcome == Attempt.Outcome.ACCEPTED
    assert ledger.violations(grace=timedelta()) == []


@pytest.mark.usefixtures("committed")
def test_settle_lost_twice_at_once_queues_each_text_once(network: Network) -> None:
    fake = network()
    sender = SenderFactory()
    for _ in range(12):
        queued(sender)
    claim(limit=50)
    lease_passes()
    settled: list[int] = []

    errors = at_once(*[lambda: settled.append(reconcile.settle_lost())] * 3)
    dispatch.send_due()

    assert errors == []
    assert sum(settled) == 12
    assert len(fake.entries()) == 12
    assert ledger.violations(grace=timedelta()) == []
