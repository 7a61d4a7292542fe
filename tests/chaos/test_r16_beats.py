"""R16: three beats, a loop beside them, and workers of two releases at once, as in the middle of a
rolling deploy.

What it proves: neither too many ticks nor ticks nobody knows make a text go twice or not at all.
What it does not: that an older release's code runs on a newer release's schema. Both are the
present code here; one has other names for its tasks, other queues, batches and leases.
"""

import sys
from collections.abc import Iterator

import pytest

from tests.chaos import books, engine, figures, witness
from tests.chaos import field as fields
from tests.chaos.field import Field

pytestmark = pytest.mark.chaos

PEOPLE = figures.sized(small=600, ci=10_000, full=10_000)
#: At 200 texts a second 10,000 take 50 s of an idle machine; six processes share two cores.
_PATIENCE_SECONDS = figures.sized(small=120, ci=900, full=900)
_OTHER = "tests.chaos.other_version"


def _of_other_release(command: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_OTHER if word == "tests.chaos.app" else word for word in command)


#: Nobody agrees on when to tick, or on how.
PROCESSES = {
    "worker-1": engine.worker("worker-1"),
    "worker-2": _of_other_release(engine.worker("worker-2")),
    "beat-1": engine.BEAT,
    "beat-2": engine.BEAT,
    "beat-3": _of_other_release(engine.BEAT),
    "loop": (sys.executable, "manage.py", "send_loop", "--every", "0.2"),
}


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Of its own: only one proof can enrol people in a database."""
    with fields.laid_out(tmp_path_factory.mktemp("beats")) as found:
        yield found


@pytest.fixture
def sending(field: Field) -> Iterator[int]:
    field.texts_a_second(200)
    after = field.crowd("people", str(PEOPLE))
    for name, command in PROCESSES.items():
        field.engine.start(name, command)
    field.engine.restarts = 0
    yield after
    for name in PROCESSES:
        field.engine.kill(name)


def test_many_ticks_of_two_releases_plan_and_send_once(field: Field, sending: int) -> None:
    seconds = field.engine.wait_until(
        lambda: witness.told(field, sending) >= PEOPLE and books.waiting(field, sending) == 0,
        "everyone's text",
        seconds=_PATIENCE_SECONDS,
    )
    calls = int(field.one("SELECT count(*) FROM messaging_attempt WHERE message_id > %s", sending))
    account = witness.weigh(field, sending)
    figures.tell(
        "R16", people=PEOPLE, beats=3, releases=2, seconds=round(seconds, 1), calls=calls,
        planned_twice=_planned_twice(field), restarts=field.engine.restarts, **account.figures(),
    )  # fmt: skip
    assert account.texts == PEOPLE
    assert account.taken_on == PEOPLE
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)
    assert _planned_twice(field) == 0
    assert witness.strangers(field) == 0
    assert field.engine.restarts == 0
    field.audit()


def _planned_twice(field: Field) -> int:
    """Steps that were decided twice for one person and day."""
    return int(
        field.one(
            "SELECT count(*) FROM (SELECT 1 FROM enrolment_decision"
            " GROUP BY enrolment_id, attempt, step_key, occurrence HAVING count(*) > 1) AS twice"
        )
    )
