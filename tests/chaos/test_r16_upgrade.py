"""R16: the next release's migrations and its processes arrive while texts go out and come in.

What it proves: migrations that only add, applied as `config.prepare` applies them, stop nobody,
not even where somebody has forgotten a transaction on the table they change; the code that is
there goes on upon the new tables, beside that of the next release and after it.
What it does not: that one particular release's migrations only add. A proof cannot know them.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from config import places
from tests.chaos import books, engine, figures, witness
from tests.chaos import field as fields
from tests.chaos.field import ALIAS, Field

pytestmark = pytest.mark.chaos

PEOPLE = figures.sized(small=300, ci=5_000, full=50_000)
TEXTS_A_SECOND = 100
#: Texted in meanwhile, to each of two web servers.
INBOUND_A_SECOND = figures.sized(small=10, ci=50, full=100)
SECONDS = figures.sized(small=10, ci=40, full=300)
#: Of the texts leave while a migration cannot have the table it has to change.
_MEANWHILE = 0.3
_PATIENCE_SECONDS = figures.sized(small=120, ci=600, full=3_600)
#: The other release's names of tasks, queues and leases; see R16's other proof.
_OTHER = "tests.chaos.other_version"
NOW = {"worker-1": engine.worker("worker-1"), "beat-1": engine.BEAT}
NEXT = {
    f"{name[:-1]}2": tuple(_OTHER if word == "tests.chaos.app" else word for word in command)
    for name, command in NOW.items()
}


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Of its own: its tables are changed for good."""
    with fields.laid_out(tmp_path_factory.mktemp("upgrade")) as found:
        yield found


@pytest.fixture
def ready(field: Field) -> None:
    field.texts_a_second(TEXTS_A_SECOND)
    for name, command in NOW.items():
        field.engine.start(name, command)


def test_the_next_release_comes_in_beside_this_one_and_takes_over(
    field: Field, ready: None, tmp_path: Path
) -> None:
    with _texted_in(field, field.web_port, tmp_path / "first") as first:
        with _migrations(field, tmp_path / "migrations") as migrations, _forgotten(field):
            after = field.crowd("people", str(PEOPLE))
            _until(field, after, _MEANWHILE)
            assert migrations.poll() is None
        gave_way = int((tmp_path / "migrations").read_text())
        with _texted_in(field, _start_next(field), tmp_path / "second") as second:
            for name in NOW:
                field.engine.end(name)
            _until(field, after, 1)
    field.engine.wait_until(lambda: books.waiting(field, after) == 0, "the answers")
    answers = _statuses(first) + _statuses(second)
    account = witness.weigh(field, after)
    stored = field.one(
        "SELECT count(*) FROM messaging_inboundmessage WHERE provider_message_id LIKE 'SM0000%%'"
    )
    figures.tell(
        "R16 upgrade", people=PEOPLE, share_texted_while_migrations_waited=_MEANWHILE,
        migrations_gave_way=gave_way, texted_in=sum(answers.values()), answers=dict(answers),
        texted_in_and_lost=2 * INBOUND_A_SECOND * SECONDS - stored,
        restarts=field.engine.restarts, **account.figures(),
    )  # fmt: skip
    assert gave_way > 0
    assert set(answers) == {"200"}
    assert stored == 2 * INBOUND_A_SECOND * SECONDS
    assert (account.texts, account.taken_on) == (PEOPLE, PEOPLE)
    assert (account.lost, account.doubled, account.unfounded) == (0, 0, 0)
    assert field.engine.restarts == 0
    field.audit()


def _until(field: Field, after: int, share: float) -> None:
    field.engine.wait_until(
        lambda: witness.told(field, after) >= share * PEOPLE,
        f"{share:.0%} of the texts",
        seconds=_PATIENCE_SECONDS,
    )


@contextmanager
def _migrations(field: Field, told: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The next release's, to their end; they find the table of texts held by somebody else."""
    words = (sys.executable, "-m", "tests.chaos.upgrading")
    with _process(field, words, told) as migrations:
        yield migrations


@contextmanager
def _forgotten(field: Field) -> Iterator[None]:
    """A transaction that has looked at texts and does not end. Begins once a migration waits."""
    with psycopg.connect(field.place.database_url) as somebody:
        somebody.execute("SELECT count(*) FROM messaging_message")
        field.engine.wait_until(lambda: _is_waiting(field), "a migration that waits")
        yield
        somebody.rollback()


def _is_waiting(field: Field) -> bool:
    sql = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
        " AND relation = 'messaging_message'::regclass"
    )
    return bool(field.one(sql))


def _start_next(field: Field) -> int:
    """The next release's processes; where its web server answers."""
    port = fields.free_port()
    address = f"http://127.0.0.1:{port}"
    field.engine.start("web-2", engine.web(port), PUBLIC_BASE_URL=address)
    for name, command in NEXT.items():
        field.engine.start(name, command)
    field.engine.wait_until(lambda: engine.answers(port), "the next web server's start")
    return port


@contextmanager
def _texted_in(field: Field, port: int, told: Path) -> Iterator[Path]:
    """Strangers text, at a steady rate, to its very end; each burst has numbers of its own."""
    hook = f"http://127.0.0.1:{port}/hooks/{ALIAS}/inbound/"
    first = 0 if port == field.web_port else INBOUND_A_SECOND * SECONDS
    numbers = map(str, (INBOUND_A_SECOND, SECONDS, first))
    words = (sys.executable, "-m", "tests.chaos.burst", hook, *numbers)
    with _process(field, words, told):
        yield told


@contextmanager
def _process(field: Field, words: Sequence[str], told: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with told.open("w") as out:
        process = subprocess.Popen(
            words, cwd=places.CHECKOUT, env=field.engine.environment, stdout=out
        )  # fmt: skip
    try:
        yield process
        assert process.wait(_PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def _statuses(told: Path) -> Counter[str]:
    return Counter(json.loads(told.read_text())["statuses"])
