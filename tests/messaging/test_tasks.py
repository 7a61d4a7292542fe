from datetime import timedelta

import pytest
from django.db.models import F
from pytest_django import Settings

from messaging import clock, inbound_parts, reports, tasks
from messaging.models import (
    Alarm,
    Attempt,
    InboundMessage,
    InboundPart,
    Message,
    Report,
    Sender,
    SenderGroup,
)
from messaging.providers.base import DeliveryReport, ReportStatus
from messaging.providers.webhook import InboundPart as Part
from messaging.providers.webhook import InboundText
from tests.factories.message import MessageFactory
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import queue_text

pytestmark = pytest.mark.django_db


def test_dispatch_sends() -> None:
    sender = SenderFactory()
    message = queue_text(sender, RecipientFactory(organisation=sender.organisation))

    tasks.dispatch()

    message.refresh_from_db()
    assert message.status == Message.Status.DELIVERED


def test_settle_lost_settles() -> None:
    message = MessageFactory(status=Message.Status.SENDING)
    long_ago = clock.calendar_now() - timedelta(hours=1)
    Attempt.objects.create(
        message=message, token="t", provider="fake", started_at=long_ago, calendar_at=long_ago
    )

    tasks.settle_lost()

    message.refresh_from_db()
    assert message.status == Message.Status.QUEUED


def test_expire_expires() -> None:
    message = MessageFactory(valid_until=clock.calendar_now())

    tasks.expire()

    message.refresh_from_db()
    assert message.status == Message.Status.EXPIRED


def test_fold_reports_folds_all_there_are(settings: Settings) -> None:
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": "tests.messaging.networks.RealLooking"}}
    sender = SenderFactory()
    for recipient in RecipientFactory.create_batch(5, organisation=sender.organisation):
        queue_text(sender, recipient)
    tasks.dispatch()
    found = [
        DeliveryReport(ReportStatus.DELIVERED, token)
        for token in Attempt.objects.values_list("token", flat=True)
    ]
    reports.receive(provider="fake", reports=found)

    tasks.fold_reports()

    assert set(Message.objects.values_list("status", flat=True)) == {"delivered"}
    assert not Report.objects.exists()


def test_join_parts_joins() -> None:
    inbound_parts.store(
        sender=SenderFactory(),
        inbound=InboundText("p1", "+447700900123", "What is "),
        part=Part("a7", 1, 2),
    )
    InboundPart.objects.update(stored_at=F("stored_at") - timedelta(minutes=2))

    tasks.join_parts()

    assert InboundMessage.objects.get().body == "What is  … "


def test_watch_senders_sounds_alarms_and_gives_weight_back() -> None:
    first = SenderFactory()
    group = SenderGroup.objects.create(organisation=first.organisation, name="All")
    SenderFactory.create_batch(2, organisation=first.organisation, group=group)
    Sender.objects.filter(pk=first.pk).update(group=group, weight_now=50)
    SenderFactory(provider="gone")

    tasks.watch_senders()

    first.refresh_from_db()
    assert first.weight_now == 60
    assert Alarm.objects.get().kind == Alarm.Kind.MISCONFIGURED
