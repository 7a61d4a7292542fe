"""R5: the database's backends ended at random, five a second; then all of it at once."""

import os
import signal
import time
from collections.abc import Iterator

import psycopg
import pytest

from config import postgres
from tests.chaos import engine, figures, witness
from tests.chaos.field import Field

pytestmark = pytest.mark.chaos

SECONDS = figures.sized(small=10, ci=60, full=600)
_RATE = 40
_EVERY = 0.2
_BACK_WITHIN = 60.0
_KILL_ONE = """
SELECT pg_terminate_backend(pid) FROM (
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type = 'client backend'
     ORDER BY random() LIMIT 1) one
"""


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    # Whatever was not settled is found by asking the provider alone.
    field.provider.faults(reports={"off": True})
    field.texts_a_second(_RATE)
    after = field.crowd("texts", str(_RATE * SECONDS))
    field.engine.only({"worker-1": engine.worker("worker-1"), "beat": engine.BEAT})
    field.engine.restarts = 0
    yield after
    field.engine.only({})
    field.provider.faults()


def test_backends_killed_and_an_immediate_restart_lose_nothing(field: Field, sending: int) -> None:
    texts = _RATE * SECONDS
    field.wake(sending, texts)
    field.engine.wait_until(lambda: witness.told(field, sending) > 0, "the first texts")
    killed = _kill_backends(field, SECONDS)
    _restart(field)
    seconds = field.engine.wait_until(
        lambda: (
            witness.told(field, sending) + witness.unknown(field, sending) >= texts
            and witness.in_agreement(field, sending)
        ),
        "coming back",
        seconds=_BACK_WITHIN + texts / _RATE,
    )
    account = witness.weigh(field, sending)
    figures.tell(
        "R5",
        backends_killed=killed,
        back_after_seconds=round(seconds, 1),
        restarts=field.engine.restarts,
        **account.figures(),
    )
    assert killed > SECONDS
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)
    assert witness.strangers(field) == 0
    field.audit()


def _kill_backends(field: Field, seconds: float) -> int:
    killed, over = 0, time.monotonic() + seconds
    with psycopg.connect(field.place.database_url, autocommit=True) as connection:
        while time.monotonic() < over:
            killed += len(connection.execute(_KILL_ONE).fetchall())
            field.engine.mend()
            time.sleep(_EVERY)
    return killed


def _restart(field: Field) -> None:
    """As if the server had crashed: no time for anybody to say goodbye."""
    note = field.place.postgres_data / "postmaster.pid"
    pid = int(note.read_text().split("\n", 1)[0])
    os.kill(pid, signal.SIGQUIT)
    while note.exists():
        time.sleep(0.05)
    postgres.start(field.place, field.place.var / "log" / "postgres.log")
