"""The locks and last looks that no single run of `send_due` would show missing."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta

import pytest
from django.db import connection, transaction

from messaging import claiming, clock, expiry
from messaging.models import Attempt, Message, Recipient, Sender, SenderGroup
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


@pytest.mark.usefixtures("committed")
def test_claims_at_once_take_each_number_once() -> None:
    sender = SenderFactory()
    for number in RecipientFactory.create_batch(10, organisation=sender.organisation):
        for _ in range(3):
            queue_text(sender, number)
    calls: list[claiming.Call] = []

    errors = at_once(*[lambda: calls.extend(claiming.claim(limit=50).calls)] * 4)
    calls.extend(claiming.claim(limit=50).calls)

    assert errors == []
    assert len(calls) == 10
    assert len({call.recipient_id for call in calls}) == 10


@pytest.mark.django_db
def test_claim_writes_down_which_sender_it_chose() -> None:
    queued_on = SenderFactory(provider="gone")
    group = SenderGroup.objects.create(organisation=queued_on.organisation, name="Both")
    stands_in = SenderFactory(
        organisation=queued_on.organisation, group=group, address="+447700900999"
    )
    Sender.objects.filter(pk=queued_on.pk).update(group=group)
    message = queue_text(queued_on, RecipientFactory(organisation=queued_on.organisation))

    (call,) = claiming.claim(limit=1).calls

    message.refresh_from_db()
    assert message.sender == stands_in
    assert (call.sender_id, call.provider) == (stands_in.pk, "fake")
    assert call.open().sender_address == "+447700900999"
    assert message.attempts.get().provider == "fake"


@pytest.mark.django_db
def test_claim_says_when_more_waits_for_the_bucket() -> None:
    sender = SenderFactory(segments_per_second=1)
    for number in RecipientFactory.create_batch(2, organisation=sender.organisation):
        queue_text(sender, number)

    first, second = claiming.claim(limit=10), claiming.claim(limit=10)

    assert (len(first.calls), first.paced) == (1, False)
    assert (len(second.calls), second.paced) == (0, True)


@pytest.mark.django_db
def test_claim_gives_a_sender_that_is_paced_no_place_before_the_others() -> None:
    slow, quick = SenderFactory(segments_per_second=1), SenderFactory()
    for sender, priority in ((slow, 0), (quick, 30)):
        for number in RecipientFactory.create_batch(20, organisation=sender.organisation):
            queue_text(sender, number, priority=priority)

    calls = claiming.claim(limit=10).calls

    assert [call.sender_id for call in calls].count(slow.pk) == 1
    assert [call.sender_id for call in calls].count(quick.pk) == 9


@pytest.mark.usefixtures("committed")
def test_claim_is_not_held_up_by_a_zone_that_is_no_more() -> None:
    lost, other = queued(), queued()
    Message.objects.filter(pk=lost.pk).update(
        zone="Mars/Base", hours_start=time(0), hours_end=time(23)
    )

    first, second = claiming.claim(limit=10), claiming.claim(limit=10)

    lost.refresh_from_db()
    assert (first.calls, first.blocked, lost.status) == ((), 1, "blocked")
    assert [call.message_id for call in second.calls] == [other.pk]


@pytest.mark.django_db
def test_claim_tells_the_provider_where_to_report() -> None:
    queued()

    (call,) = claiming.claim(limit=1).calls

    address = call.open().callback_url
    assert f"/hooks/fake/receipts/{call.token}." in address
