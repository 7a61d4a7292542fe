"""R1: kill -9 of random processes in the middle of a send."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.chaos import engine, figures, witness
from tests.chaos.field import Field

pytestmark = pytest.mark.chaos

PEOPLE = figures.sized(small=1500, ci=10_000, full=100_000)
KILLS = figures.sized(small=8, ci=20, full=50)
#: Texts whose calls had just begun, or were about to: a thousandth, of which few texts give no fair
#: measure.
_MOST_UNRESOLVED = figures.sized(small=3, ci=PEOPLE // 1000, full=PEOPLE // 1000)
_WORKERS = ("worker-1", "worker-2")


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    field.texts_a_second(150)
    after = field.crowd("people", str(PEOPLE))
    workers = {name: engine.worker(name) for name in _WORKERS}
    field.engine.only({**workers, "beat": engine.BEAT})
    yield after
    field.rows("UPDATE enrolment_enrolment SET next_due_at = NULL")


def test_random_kills_lose_nothing_and_double_nothing(field: Field, sending: int) -> None:
    draw = random.Random(1)
    for kill in range(1, KILLS + 1):
        share = kill * PEOPLE // (KILLS + 2)
        field.engine.wait_until(
            lambda share=share: witness.told(field, sending) >= share, f"kill {kill}"
        )
        _strike(field, draw)
    field.engine.wait_until(
        lambda: _at_rest(field, sending),
        "the rest of the send",
        seconds=120,
    )
    account = witness.weigh(field, sending)
    figures.tell("R1", people=PEOPLE, kills=KILLS, **account.figures())
    assert account.texts == PEOPLE
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)
    assert account.unresolved <= _MOST_UNRESOLVED
    assert witness.strangers(field) == 0
    field.audit()


def _strike(field: Field, draw: random.Random) -> None:
    """One of a worker's pool, or all of a worker, or all of it and beat."""
    name = draw.choice(_WORKERS)
    pool = field.engine.children(name)
    if pool and draw.random() < 0.5:
        with suppress(ProcessLookupError):
            os.kill(draw.choice(pool), signal.SIGKILL)
        return
    for each in (name, "beat") if draw.random() < 0.3 else (name,):
        field.engine.kill(each)
        field.engine.again(each)


def _at_rest(field: Field, after: int) -> bool:
    settled = witness.told(field, after) + witness.unknown(field, after)
    return settled >= PEOPLE and witness.in_agreement(field, after)
