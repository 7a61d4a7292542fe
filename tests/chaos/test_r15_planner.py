"""R15: the planner among many who have nothing due, with texts due at a steady rate beside them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest

from config import places, run
from config.queues import QUEUES
from messaging import heartbeats
from tests.chaos import books, figures, soaking, witness
from tests.chaos import field as fields
from tests.chaos.field import Field

pytestmark = [pytest.mark.chaos, pytest.mark.alone]

ENROLLED = figures.sized(small=20_000, ci=100_000, full=1_000_000)
RATE = figures.sized(small=10, ci=50, full=100)
SECONDS = figures.sized(small=30, ci=120, full=600)
PEOPLE = RATE * SECONDS
_TICK_EVERY = 1.0
_MOST_TICK, _MOST_LAG = 5.0, 60.0


@pytest.fixture
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Of its own: only one proof can enrol people in a database."""
    with fields.laid_out(tmp_path_factory.mktemp("planner")) as found:
        yield found


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    field.texts_a_second(2 * RATE)
    after = field.crowd("people", str(PEOPLE))
    # Theirs comes due once the workers are there.
    field.rows("UPDATE enrolment_enrolment SET next_due_at = NULL")
    field.crowd("idle", str(ENROLLED))
    product = {job.name: tuple(job.command) for job in run.jobs(field.web_port, "")}
    for name in ("worker", "beat"):
        # With the ticks of production.
        field.engine.start(name, product[name], DJANGO_SETTINGS_MODULE="config.settings")
    field.engine.wait_until(lambda: _seen(field) == len(QUEUES), "a worker at every queue")
    yield after
    for name in ("worker", "beat"):
        field.engine.kill(name)


def test_many_enrolled_hold_up_neither_the_tick_nor_what_is_due(field: Field, sending: int) -> None:
    due = soaking.spread(field, PEOPLE, RATE)
    with _ticking(field) as ticking:
        field.engine.wait_until(
            lambda: witness.told(field, sending) >= PEOPLE and books.waiting(field, sending) == 0,
            "everyone's text",
            seconds=SECONDS + 120,
        )
        ticks = json.loads(ticking.communicate("\n")[0])
    lags = _lags(field, sending, due)
    account = witness.weigh(field, sending)
    tick_p95, lag_p99 = _percentile(ticks, 0.95), _percentile(lags, 0.99)
    figures.tell(
        "R15", enrolled=ENROLLED + PEOPLE, due_a_second=RATE, ticks=len(ticks),
        tick_p50=_percentile(ticks, 0.5), tick_p95=tick_p95,
        due_to_submitted_p50=_percentile(lags, 0.5), due_to_submitted_p99=lag_p99,
        **account.figures(),
    )  # fmt: skip
    assert field.one("SELECT count(*) FROM enrolment_enrolment") == ENROLLED + PEOPLE
    assert len(lags) == PEOPLE
    assert len(ticks) > 10
    assert tick_p95 < _MOST_TICK
    assert lag_p99 < _MOST_LAG
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)


def _seen(field: Field) -> int:
    """How many queues a worker has taken something from."""
    sql = "SELECT count(*) FROM messaging_heartbeat WHERE name LIKE %s"
    return int(field.one(sql, f"{heartbeats.QUEUE}%"))


def _ticking(field: Field) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.ticking", str(_TICK_EVERY)],
        cwd=places.CHECKOUT, env=field.engine.environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def _lags(field: Field, after: int, due: dict[int, datetime]) -> list[float]:
    """Seconds from the moment a text came due to its first call's beginning."""
    begun: dict[int, datetime] = dict(
        field.rows(
            "SELECT d.enrolment_id, min(a.started_at) FROM messaging_attempt a"
            " JOIN messaging_message m ON m.id = a.message_id AND m.cause_kind = 'decision'"
            " JOIN enrolment_decision d ON d.id::text = m.cause_key"
            " WHERE m.id > %s GROUP BY 1",
            after,
        )
    )
    return [(begun[each] - due[each]).total_seconds() for each in begun if each in due]


def _percentile(values: list[float], share: float) -> float:
    return round(sorted(values)[int(share * (len(values) - 1))], 3)
