"""R6: people text STOP while the batch they are in is being sent.

Their texts come as Twilio's signed webhooks to the web server; the witness is the provider's
ledger. STOP is said with a word the provider does not know, or it would refuse the next text for
us, and with it every proof of a late one.
"""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from celery import Celery

from tests.chaos import books, crowd, engine, figures, witness
from tests.chaos.field import ALIAS, Field

pytestmark = pytest.mark.chaos

PEOPLE = figures.sized(small=880, ci=11_000, full=110_000)
STOPS = figures.sized(small=300, ci=2_000, full=20_000)
#: So that a round lasts while its STOPs come in, on a slow machine too: two seconds of a small one.
RATE = figures.sized(small=40, ci=110, full=300)
#: Hints waiting in the bulk queue, as on the day of a large move.
HINTS = figures.sized(small=500, ci=50_000, full=50_000)
#: As many texts come in at once.
PHONES = 8
ROUNDS = 10
#: Texts of one, and of those that leave before the first.
ROUND = PEOPLE // (ROUNDS + 1)
#: Of a round, when the first STOP is texted.
_FIRST = ROUND // 8
_WORKERS = ("worker-1", "worker-2")
_LATE_SECONDS = 1.0


@dataclass
class Stops:
    """How the webhooks were answered, and the seconds that took each."""

    seconds: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def percentile(self, share: float) -> float:
        return round(sorted(self.seconds)[int(share * (len(self.seconds) - 1))], 3)


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    field.texts_a_second(RATE)
    after = field.crowd("texts", str(PEOPLE))
    _fill_bulk_queue(field)
    for name in _WORKERS:
        field.engine.start(name, engine.worker(name))
    field.engine.start("beat", engine.BEAT)
    yield after
    for name in (*_WORKERS, "beat"):
        field.engine.kill(name)


def test_nothing_leaves_after_stop(field: Field, sending: int) -> None:
    deadlocks = _deadlocks(field)
    field.wake(sending, ROUND)
    field.engine.wait_until(lambda: witness.told(field, sending) >= ROUND, "the first texts")

    stops = _text_stop(field, sending)
    field.engine.wait_until(
        lambda: books.waiting(field, sending) == 0, "the rest of the batch", seconds=180
    )
    field.engine.wait_until(lambda: _unanswered(field) == 0, "the confirmations")
    field.engine.wait_until(lambda: books.waiting(field, sending) == 0, "what STOP is told")

    started_after = books.started_after_stop(field, sending)
    arrivals = _seconds_after_stop(field, sending)
    caught = [each for each in arrivals if each > -_LATE_SECONDS]
    cancelled = _cancelled(field, sending)
    figures.tell(
        "R6", people=PEOPLE, stops=len(stops.seconds), cancelled=cancelled,
        started_after_stop=started_after, within_a_second_before=len(caught),
        latest_arrival_after_stop=round(max(arrivals, default=0.0), 3),
        arrived_late=sum(each > _LATE_SECONDS for each in arrivals),
        deadlocks=_deadlocks(field) - deadlocks,
        webhook_p50=stops.percentile(0.5), webhook_p99=stops.percentile(0.99),
    )  # fmt: skip
    assert stops.statuses == {200}
    assert len(stops.seconds) == STOPS
    assert started_after == 0
    assert [each for each in arrivals if each > _LATE_SECONDS] == []
    assert _deadlocks(field) == deadlocks
    # Else STOP and the batch never met, and this proves nothing.
    assert cancelled > STOPS // 10
    assert caught
    assert witness.weigh(field, sending).doubled == 0
    field.audit()


def _fill_bulk_queue(field: Field) -> None:
    with Celery(broker=field.place.redis_url.replace("unix://", "redis+socket://")) as app:
        app.conf.broker_transport_options = {"virtual_host": "0"}
        with app.producer_or_acquire() as producer:
            for _ in range(HINTS):
                app.send_task("enrolment.tasks.move_people", queue="bulk", producer=producer)


def _text_stop(field: Field, after: int) -> Stops:
    """Round by round a part of the batch may leave, and at that moment some of it texts STOP."""
    stops, draw = Stops(), random.Random(6)
    url = f"http://127.0.0.1:{field.web_port}/hooks/{ALIAS}/inbound/"
    address = field.one("SELECT address FROM messaging_sender WHERE provider = %s", ALIAS)

    def phone(recipient: int) -> tuple[int, float]:
        began = time.monotonic()
        answer = field.provider.inbound(crowd.number_of(recipient), address, "stopp", url=url)
        return answer["status"], time.monotonic() - began

    with ThreadPoolExecutor(PHONES) as phones:
        for _ in range(ROUNDS):
            told = witness.told(field, after)
            woken = field.wake(after, ROUND)
            # STOP is quicker than the next look for what is due: without this nothing leaves first.
            field.engine.wait_until(
                lambda seen=told: witness.told(field, after) >= seen + _FIRST, "the round's first"
            )
            found = field.rows(
                "SELECT recipient_id FROM messaging_message WHERE id = ANY(%s) ORDER BY id", woken
            )
            chosen = draw.sample([recipient for (recipient,) in found], STOPS // ROUNDS)
            for status, seconds in phones.map(phone, chosen):
                stops.statuses.add(status)
                stops.seconds.append(seconds)
    return stops


def _seconds_after_stop(field: Field, after: int) -> list[float]:
    """For each text the provider took on from a number that stopped: how long after its STOP was
    written, a moment before that was committed. Below nothing where it came first."""
    stopped = dict(field.rows(f"SELECT a.token, o.opted_out_at {books.STOPPED}", after))
    found = []
    for entry in field.provider.entries():
        token = entry["token"].rpartition(".")[0]
        if token in stopped:
            arrived = datetime.fromtimestamp(entry["at"], UTC)
            found.append((arrived - stopped[token]).total_seconds())
    return found


def _cancelled(field: Field, after: int) -> int:
    return int(
        field.one(
            "SELECT count(*) FROM messaging_message WHERE id > %s AND status = 'cancelled'"
            " AND status_reason = 'opted_out'",
            after,
        )
    )


def _unanswered(field: Field) -> int:
    return int(
        field.one("""SELECT count(*) FROM messaging_inboundmessage WHERE "end" = 'pending'""")
    )


def _deadlocks(field: Field) -> int:
    # A backend tells its own at most once a second.
    time.sleep(1.5)
    return int(
        field.one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    )
