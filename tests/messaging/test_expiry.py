from datetime import timedelta

import pytest

from messaging import clock, expiry
from messaging.models import Message
from tests.factories.message import MessageFactory

pytestmark = pytest.mark.django_db


def test_expire_ends_what_can_no_longer_leave() -> None:
    now = clock.calendar_now()
    past = MessageFactory(valid_until=now, retry_at=now)
    ahead = MessageFactory(valid_until=now + timedelta(seconds=1))
    on_wire = MessageFactory(valid_until=now, status=Message.Status.SENDING)

    assert expiry.expire(now=now) == 1

    for message in (past, ahead, on_wire):
        message.refresh_from_db()
    assert (past.status, past.status_reason, past.settled_at) == ("expired", "expired", now)
    assert past.retry_at is None
    assert ahead.status == Message.Status.QUEUED
    assert on_wire.status == Message.Status.SENDING
