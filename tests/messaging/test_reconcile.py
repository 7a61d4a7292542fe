from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from messaging import clock, dispatch, ledger, reconcile, settling
from messaging.claiming import claim
from messaging.models import Attempt, Message, Sender
from messaging.providers.base import Outgoing
from messaging.providers.fake import Fake
from messaging.providers.registry import provider
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text

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


async def _take_on(fake: Fake, outgoing: Outgoing) -> None:
    await fake.send(outgoing)


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
