"""The locks and last looks that no single run of `send_due` would show missing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from messaging import claiming, clock, expiry
from messaging.models import Attempt, Message, Recipient
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.texts import at_once, queue_text, started

HOUR = timedelta(hours=1)


@contextmanager
def held_elsewhere(row: Message | Recipient) -> Iterator[None]:
    """Another connection holds the row as the verbs do, until the block ends."""
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
            held.set()
            release.wait(timeout=20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(timeout=20)
        yield
    finally:
        release.set()
        thread.join(timeout=20)


def queued() -> Message:
    sender = SenderFactory()
    return queue_text(sender, RecipientFactory(organisation=sender.organisation))


@pytest.mark.usefixtures("committed")
def test_claim_passes_by_a_number_somebody_holds() -> None:
    message = queued()

    with held_elsewhere(message.recipient):
        assert claiming.claim(limit=10).calls == []

    assert len(claiming.claim(limit=10).calls) == 1


@pytest.mark.usefixtures("committed")
def test_claim_passes_by_a_message_somebody_holds() -> None:
    message = queued()

    with held_elsewhere(message):
        assert claiming.claim(limit=10).calls == []
        assert expiry.expire(now=message.valid_until) == 0


@pytest.mark.usefixtures("committed")
def test_queue_does_not_wait_for_a_number_somebody_holds() -> None:
    message = queued()

    def queue_another() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        queue_text(message.sender, message.recipient)

    with held_elsewhere(message.recipient):
        errors = at_once(queue_another)

    assert errors == []
    assert Message.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"not_before": HOUR},
        {"valid_until": -HOUR / 4},
        {"retry_at": HOUR},
    ],
    ids=["not yet", "too late", "to be tried later"],
)
def test_start_judges_by_the_very_clock_it_stamps(changes: dict[str, timedelta]) -> None:
    message = queued()
    now = clock.calendar_now()
    Message.objects.update(**{name: now + by for name, by in changes.items()})

    assert started(message) == []
    assert not Attempt.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", ["started", "unknown", "accepted"])
def test_start_never_tries_what_may_have_gone_out(outcome: str) -> None:
    message = queued()
    now = clock.calendar_now()
    settled_at = now if outcome == "accepted" else None
    Attempt.objects.create(
        message=message,
        token="before",
        provider="fake",
        outcome=outcome,
        calendar_at=now,
        settled_at=settled_at,
    )

    assert started(message) == []
    assert Attempt.objects.count() == 1


@pytest.mark.django_db
def test_call_shows_neither_number_nor_text() -> None:
    queued()

    (call,) = claiming.claim(limit=1).calls

    assert "sealed" not in repr(call)
