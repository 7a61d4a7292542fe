from datetime import timedelta

import pytest

from messaging import clock, tasks
from messaging.models import Attempt, Message
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
