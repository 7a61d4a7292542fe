"""R4: the broker emptied, ended, frozen. The rows are the work; the workers find back by
themselves."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Gone

from config import valkey
from tests.chaos import engine, figures, witness
from tests.chaos.field import Field

pytestmark = pytest.mark.chaos

ROUNDS = figures.sized(small=1, ci=7, full=20)
_BATCH = 150
_RATE = 100
_DOWN_SECONDS = 3.0
_FROZEN_SECONDS = 10.0
#: From the moment the broker is well again, or was only emptied.
_BACK_WITHIN = 60.0


@pytest.fixture
def sending(field: Field) -> int:
    field.texts_a_second(_RATE)
    after = field.crowd("texts", str(ROUNDS * 3 * 2 * _BATCH))
    field.engine.only({"worker-1": engine.worker("worker-1"), "beat": engine.BEAT})
    field.engine.restarts = 0
    return after


def test_broker_emptied_ended_and_frozen_sends_all(field: Field, sending: int) -> None:
    stalls: dict[str, float] = {}
    for _ in range(ROUNDS):
        for strike in (_flush, _shut_down, _freeze):
            stall = _survive(field, sending, strike)
            name = strike.__name__.strip("_")
            stalls[name] = max(stall, stalls.get(name, 0.0))
    account = witness.weigh(field, sending)
    restarts = field.engine.restarts
    seconds = {name: round(stall, 1) for name, stall in stalls.items()}
    figures.tell("R4", back_after_seconds=seconds, restarts=restarts, **account.figures())
    assert account.taken_on == account.texts
    assert (account.lost, account.doubled, account.unresolved) == (0, 0, 0)
    field.audit()


def _survive(field: Field, after: int, strike: Callable[[Field], None]) -> float:
    """Struck while texts are leaving; then others wait. Seconds until those have left."""
    before = witness.told(field, after)
    field.wake(after, _BATCH)
    field.engine.wait_until(lambda: witness.told(field, after) > before, "the first texts")
    strike(field)
    field.wake(after, _BATCH)
    return field.engine.wait_until(
        lambda: witness.told(field, after) >= before + 2 * _BATCH,
        f"coming back after {strike.__name__}",
        seconds=_BACK_WITHIN,
    )


def _flush(field: Field) -> None:
    client = Redis.from_url(field.place.redis_url)
    client.flushall()
    client.close()


def _shut_down(field: Field) -> None:
    client = Redis.from_url(field.place.redis_url)
    with suppress(Gone):
        client.shutdown(nosave=True)
    client.close()
    time.sleep(_DOWN_SECONDS)
    assert not valkey.is_up(field.place)
    valkey.start(field.place, field.place.var / "log" / "valkey.log")


def _freeze(field: Field) -> None:
    client = Redis.from_url(field.place.redis_url)
    pid = int(client.info("server")["process_id"])
    client.close()
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(_FROZEN_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)
