"""A sender's rate, over processes and over time."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from pytest_django import Settings

from messaging import bucket, claiming, clock, dispatch
from messaging.models import Attempt, Message, Pace, Sender
from messaging.providers.fake import Fake
from tests.factories.recipient import RecipientFactory
from tests.factories.sender import SenderFactory
from tests.messaging.networks import RealLooking
from tests.messaging.texts import at_once, queue_text

pytestmark = pytest.mark.django_db

Network = Callable[..., Fake]
LONG = "x" * 765  # five segments


def queue_to(sender: Sender, count: int, text: str = "Day one is behind you.") -> list[Message]:
    numbers = RecipientFactory.create_batch(count, organisation=sender.organisation)
    return [queue_text(sender, number, text=text) for number in numbers]


def set_level(sender: Sender, level: float) -> None:
    Pace.objects.update_or_create(
        sender=sender, defaults={"level": level, "filled_at": clock.calendar_now()}
    )


def level(sender: Sender) -> float:
    """What a claim would find now, a tenth included."""
    taken = bucket.take(sender_ids=[sender.pk], want=1000)
    bucket.give_back(taken=taken, used={})
    return taken[sender.pk].urgent


def sent_at() -> list[float]:
    """When each attempt started, in seconds, one for every segment."""
    rows = Attempt.objects.order_by("started_at").values_list("started_at", "message__segments")
    return [at.timestamp() for at, segments in rows for _ in range(segments)]


def most_within(moments: list[float], seconds: float) -> int:
    return max(
        sum(1 for other in moments if moment <= other < moment + seconds) for moment in moments
    )


def test_a_new_sender_starts_with_a_full_bucket() -> None:
    slow, quick = SenderFactory(segments_per_second=1), SenderFactory(segments_per_second=100)

    taken = bucket.take(sender_ids=[slow.pk, quick.pk], want=1000)

    assert taken[slow.pk].urgent == 1
    assert taken[quick.pk].urgent == 25
    assert taken[quick.pk].ordinary == pytest.approx(22.5)


def test_nothing_is_left_over_from_a_long_pause() -> None:
    sender = SenderFactory(segments_per_second=100)
    set_level(sender, 0)
    Pace.objects.update(filled_at=F("filled_at") - timedelta(hours=3))

    assert level(sender) == pytest.approx(25)


def test_a_clock_set_back_costs_nothing() -> None:
    sender = SenderFactory(segments_per_second=100)
    set_level(sender, 10)
    Pace.objects.update(filled_at=F("filled_at") + timedelta(hours=1))

    assert level(sender) == pytest.approx(10, abs=5)


def test_senders_do_not_share() -> None:
    one, other = SenderFactory(segments_per_second=10), SenderFactory(segments_per_second=10)
    set_level(one, -50)

    taken = bucket.take(sender_ids=[one.pk, other.pk], want=50)

    assert taken[one.pk].urgent == 0
    assert taken[other.pk].urgent == 2.5


@pytest.mark.parametrize("rate", [40, 200])
def test_send_due_never_sends_above_the_rate(rate: int, network: Network) -> None:
    network(latency=0.002)
    sender = SenderFactory(segments_per_second=rate)
    queue_to(sender, int(rate * 0.75))

    began = time.monotonic()
    dispatch.send_due(seconds=3)
    took = time.monotonic() - began

    moments = sent_at()
    # A bucket's worth at once, the text that may overdraw, and the rate from there on.
    for window in (0.1, 0.3, 1.0):
        assert most_within(moments, window) <= rate * (bucket.DEPTH + window) + 1
    assert len(moments) == int(rate * 0.75)
    assert took < 2


def test_send_due_pays_for_a_long_text_before_the_next() -> None:
    sender = SenderFactory(segments_per_second=10)
    set_level(sender, 0.5)
    first, second = queue_to(sender, 2, text=LONG)

    dispatch.send_due(seconds=2)

    before, after = Attempt.objects.order_by("started_at")
    assert first.segments == second.segments == 5
    # 0.5 were there, 5 went; the next may go when more than the kept quarter of a segment is.
    assert after.started_at - before.started_at >= timedelta(seconds=0.45)


def test_send_due_leaves_the_debt_of_a_long_text_in_the_bucket() -> None:
    sender = SenderFactory(segments_per_second=10)
    set_level(sender, 2.5)
    queue_to(sender, 1, text=LONG)

    dispatch.send_due()

    pace = Pace.objects.get(pk=sender.pk)
    since = (clock.calendar_now() - pace.filled_at).total_seconds()
    assert pace.level == pytest.approx(-2.5, abs=10 * since + 1)
    assert pace.level < 0


def test_claim_keeps_a_tenth_for_replies() -> None:
    sender = SenderFactory(segments_per_second=100)
    recipients = RecipientFactory.create_batch(3, organisation=sender.organisation)
    ordinary = queue_text(sender, recipients[0], priority=0)
    urgent = [
        queue_text(sender, recipients[1], kind=Message.Kind.REPLY, priority=1),
        queue_text(sender, recipients[2], kind=Message.Kind.STOP_CONFIRMATION, priority=1),
    ]
    # Below the 2.5 that are kept, and nothing comes to it before the claim.
    set_level(sender, 2.4)
    Pace.objects.update(filled_at=F("filled_at") + timedelta(minutes=1))

    claimed = claiming.claim(limit=3)

    assert {call.message_id for call in claimed.calls} == {message.pk for message in urgent}
    assert claimed.paced
    ordinary.refresh_from_db()
    assert ordinary.status == Message.Status.QUEUED


def test_send_due_gives_back_what_it_did_not_use(fake: Fake) -> None:
    sender = SenderFactory(segments_per_second=40)
    queue_to(sender, 1)

    dispatch.send_due()

    assert len(fake.entries()) == 1
    assert level(sender) >= 9


class Broken(RealLooking):
    """Cannot say whether it is a fake, which a claim asks in its midst."""

    capabilities = None  # type: ignore[assignment]


def test_claim_gives_back_what_it_took_when_it_breaks(settings: Settings) -> None:
    sender = SenderFactory(segments_per_second=1)
    queue_to(sender, 1)
    settings.SMS_PROVIDERS = {"fake": {"BACKEND": f"{__name__}.Broken"}}

    with pytest.raises(AttributeError):
        claiming.claim(limit=10)

    assert level(sender) == 1
    assert not Attempt.objects.exists()


@pytest.mark.usefixtures("committed")
def test_two_threads_share_one_bucket(network: Network) -> None:
    network(latency=0.002)
    sender = SenderFactory(segments_per_second=60)
    queue_to(sender, 60)

    errors = at_once(*[lambda: dispatch.send_due(seconds=1.2)] * 2)

    assert errors == []
    moments = sent_at()
    assert len(moments) > 30
    for window in (0.1, 0.3, 1.0):
        assert most_within(moments, window) <= 60 * (bucket.DEPTH + window) + 1


@pytest.mark.usefixtures("committed")
def test_two_threads_take_a_bucket_once() -> None:
    sender = SenderFactory(segments_per_second=8)
    bucket.give_back(taken=bucket.take(sender_ids=[sender.pk], want=2), used={})
    Pace.objects.update(filled_at=F("filled_at") + timedelta(hours=1))
    taken: list[float] = []

    def take() -> None:
        taken.append(bucket.take(sender_ids=[sender.pk], want=2)[sender.pk].urgent)

    errors = at_once(take, take, take, take)

    assert errors == []
    assert sum(taken) == pytest.approx(2, abs=0.5)


@pytest.mark.usefixtures("committed")
def test_buckets_are_taken_and_paid_back_in_one_order() -> None:
    """Whoever locks several rows in another order than the rest waits for them in a circle. The
    rows lie backwards here, and a plan that walks over the table would take them so."""
    made = [sender.pk for sender in SenderFactory.create_batch(8)]
    for sender_id in reversed(made):
        bucket.take(sender_ids=[sender_id], want=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE messaging_pace")

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '20ms'")
        for _ in range(40):
            bucket.give_back(taken=bucket.take(sender_ids=made[:3], want=3), used={made[0]: 2})

    assert at_once(work, work, work, work) == []


def test_a_bucket_is_not_held_while_a_claim_goes_on(committed: None) -> None:
    """What is taken is taken at once, so another's claim never waits for this one's end."""
    sender = SenderFactory(segments_per_second=100)
    bucket.take(sender_ids=[sender.pk], want=10)
    free = threading.Event()

    def take() -> None:
        bucket.take(sender_ids=[sender.pk], want=10)
        free.set()

    assert at_once(take) == []
    assert free.is_set()
