"""All of messaging's work by one process, with no broker and no worker."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F
from pytest_django import Settings

from messaging import clock, draining, inbound_parts, reports
from messaging.claiming import claim
from messaging.models import (
    Alarm,
    Attempt,
    CalendarOffset,
    InboundMessage,
    InboundPart,
    Message,
    Report,
    Sender,
    SenderGroup,
)
from messaging.providers.base import DeliveryReport, ReportStatus
from messaging.providers.fake import Fake
from messaging.providers.webhook import InboundPart as Part
from messaging.providers.webhook import InboundText
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text

pytestmark = pytest.mark.django_db

SOON = timedelta(seconds=0.01)


@pytest.fixture(autouse=True)
def no_broker(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def queue_one(sender: Sender) -> Message:
    return queue_text(sender, RecipientFactory(organisation=sender.organisation))


def drain() -> int:
    return draining.drain(once=True, pause=SOON)


def test_drain_sends_all_that_is_due_and_ends(fake: Fake) -> None:
    sender = SenderFactory()
    for _ in range(30):
        queue_one(sender)

    assert drain() == 30
    assert len(fake.entries()) == 30
    assert drain() == 0


def test_drain_sends_a_numbers_texts_one_after_the_other(fake: Fake) -> None:
    sender = SenderFactory()
    recipient = RecipientFactory(organisation=sender.organisation)
    for _ in range(3):
        queue_text(sender, recipient)

    assert drain() == 3
    assert len(fake.entries()) == 3


def test_drain_expires_what_is_too_late() -> None:
    message = queue_one(SenderFactory())
    Message.objects.update(valid_until=clock.calendar_now() - timedelta(seconds=1))

    drain()

    message.refresh_from_db()
    assert message.status == Message.Status.EXPIRED


def test_drain_settles_what_another_process_left_and_sends_it(fake: Fake) -> None:
    message = queue_one(SenderFactory())
    claim(limit=1)
    Attempt.objects.update(started_at=F("started_at") - timedelta(minutes=10))

    assert drain() == 1

    message.refresh_from_db()
    assert message.status == Message.Status.DELIVERED
    assert len(fake.entries()) == 1


def test_drain_folds_reports(settings: Settings) -> None:
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": "tests.messaging.networks.RealLooking"}}
    message = queue_one(SenderFactory())
    drain()
    found = [DeliveryReport(ReportStatus.DELIVERED, message.attempts.get().token)]
    reports.receive(provider="fake", reports=found)

    drain()

    message.refresh_from_db()
    assert message.status == Message.Status.DELIVERED
    assert not Report.objects.exists()


def test_drain_joins_texts_whose_parts_did_not_come() -> None:
    inbound_parts.store(
        sender=SenderFactory(),
        inbound=InboundText("p1", "+447700900123", "What is "),
        part=Part("a7", 1, 2),
    )
    InboundPart.objects.update(stored_at=F("stored_at") - timedelta(minutes=2))

    drain()

    assert InboundMessage.objects.get().body == "What is  … "


def test_drain_tells_of_a_sender_that_cannot_send() -> None:
    SenderFactory(provider="gone")

    drain()

    assert Alarm.objects.get().kind == Alarm.Kind.MISCONFIGURED


def test_drain_keeps_to_a_budget(fake: Fake) -> None:
    sender = SenderFactory(segment_price=Decimal("0.1"), currency="GBP", monthly_budget=0)
    queue_one(sender)

    assert drain() == 0

    sender.refresh_from_db()
    assert sender.budget_state == Sender.BudgetState.STOPPED
    assert fake.entries() == []


def test_drain_gives_weight_back() -> None:
    first = SenderFactory()
    group = SenderGroup.objects.create(organisation=first.organisation, name="Both")
    SenderFactory(organisation=first.organisation, group=group)
    Sender.objects.filter(pk=first.pk).update(group=group, weight_now=50)

    drain()

    first.refresh_from_db()
    assert first.weight_now == 60


def test_drain_refuses_a_moved_calendar_with_a_real_sender() -> None:
    CalendarOffset.objects.create(pk=1, offset=timedelta(minutes=15))
    SenderFactory(provider="real")

    with pytest.raises(clock.ClockRefused):
        drain()
