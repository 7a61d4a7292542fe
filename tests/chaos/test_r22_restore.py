"""R22: a database restored to a point in the middle of a send, after which the send went on, people
texted STOP and one was erased.

The older copy thinks that what left since is still to be sent, and knows of neither STOP nor
erasure. The witness is the provider's ledger, by number and words: attempts of the lost time have
tokens that nobody knows any more.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from config import places
from config.wheels import postgres_programs
from messaging import holding
from messaging.fakes.ledger import number_hash
from tests.chaos import crowd, figures, witness
from tests.chaos import field as fields
from tests.chaos.engine import Dying, Engine
from tests.chaos.field import ALIAS, Field

pytestmark = pytest.mark.chaos

#: Texts queued when the copy is made, and people of whom nothing is planned yet.
TEXTS = figures.sized(small=160, ci=5_000, full=5_000)
PEOPLE = figures.sized(small=60, ci=2_000, full=2_000)
#: Texts that leave only after the restore, and how many of theirs text STOP before it.
SLEEPERS = figures.sized(small=30, ci=500, full=500)
STOPS = figures.sized(small=10, ci=200, full=200)
RATE = figures.sized(small=100, ci=200, full=200)
#: While the copy is made, so that it is made in the middle.
SLOW = figures.sized(small=15, ci=60, full=60)
_LOOP = ("manage.py", "send_loop", "--every", "0.1")
_FAULTS = {
    "rates": {"accept_then_500": 0.03, "accept_then_reset": 0.03},
    "listing": {"lag_seconds": 0.5},
    "seed": 22,
}


@dataclass(frozen=True)
class Copy:
    """A database made from the dump, and the product on it."""

    url: str
    engine: Engine

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql, values)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=places.CHECKOUT,
            env=self.engine.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Of its own: only one proof can enrol people in a database."""
    with fields.laid_out(tmp_path_factory.mktemp("restore")) as found:
        yield found


@pytest.fixture
def dump(field: Field, tmp_path: Path) -> Path:
    """Made while texts left. What happened since is over when this returns: all that was awake has
    left, and the house is gone."""
    field.texts_a_second(SLOW)
    field.crowd("people", str(PEOPLE))
    after = field.crowd("texts", str(TEXTS + SLEEPERS))
    field.provider.faults(**_FAULTS)
    field.wake(after, TEXTS)
    field.engine.start("loop", (sys.executable, *_LOOP))
    field.engine.wait_until(lambda: witness.told(field, after) > TEXTS // 5, "the first texts")

    path = tmp_path / "house.dump"
    _program(field, "pg_dump", "--format=custom", f"--file={path}", field.place.database_url)
    field.texts_a_second(RATE)
    field.run("manage.py", "tick")
    _text_stop(field, after)
    field.engine.wait_until(
        lambda: len(_left(field)) >= TEXTS + PEOPLE, "the texts of the lost time", seconds=120
    )
    field.crowd("erase", "1")
    field.engine.wait_until(lambda: len(_left(field)) > TEXTS + PEOPLE, "what the erased is told")
    field.engine.kill("loop")
    return path


def test_restored_house_sends_nothing_twice(field: Field, dump: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    before = _left(field)
    copy = _restore(field, dump, "restored", tmp_path)
    with Dying(copy.engine) as sending:
        sending.send()
        assert _left(field) == before, "a restored database sent before anybody looked"

        first = copy.manage("after_restore")
        _wake(copy)
        sending.send()
        assert _left(field) == before, "held, and something left"

        copy.manage("after_restore", "--release")
        sending.send()
    seconds = round(time.monotonic() - began, 1)

    after = _left(field)
    stopped = {number_hash(field.provider.auth_token, number) for number in _stopped(field)}
    new = after - before
    figures.tell(
        "R22", texts=TEXTS, people=PEOPLE, stops=STOPS, left_before=before.total(),
        left_after_release=new.total(), doubled=_doubled(after),
        after_stop=sum(to in stopped for to, _ in new.elements()), seconds=seconds,
        ends=dict(copy.rows("SELECT status, count(*) FROM messaging_message GROUP BY 1")),
    )  # fmt: skip
    assert _doubled(after) == 0, first
    assert new.total() == SLEEPERS - STOPS
    assert not [to for to, _ in new.elements() if to in stopped]
    assert _erased(copy) == [(None, "erased")]
    assert copy.rows("SELECT count(*) FROM messaging_message WHERE status_reason = 'restored'") == [
        (0,)
    ]
    copy.manage("audit_ledger")

    # Else the send was over when the copy was made, and this proves nothing.
    careless = _restore(field, dump, "careless", tmp_path)
    careless.rows(f"UPDATE messaging_house SET home = ({holding._HERE})")
    with Dying(careless.engine) as sending:
        sending.send()
    figures.tell("R22 unguarded", doubled=_doubled(_left(field)))
    assert _doubled(_left(field)) > TEXTS // 4


def _restore(field: Field, dump: Path, name: str, folder: Path) -> Copy:
    with psycopg.connect(field.place.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    parts = urlsplit(field.place.database_url)
    url = urlunsplit(parts._replace(path=f"/{name}"))
    _program(field, "pg_restore", "--no-owner", f"--dbname={url}", str(dump))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE messaging_sender SET segments_per_second = %s", [RATE])
    environment = {**field.engine.environment, "DATABASE_URL": url}
    return Copy(url, Engine(environment, folder / f"{name}.log"))


def _program(field: Field, name: str, *words: str) -> None:
    programs = postgres_programs(for_other_account=field.place.account is not None)
    subprocess.run([programs / name, *words], check=True)


def _left(field: Field) -> Counter[tuple[str, str]]:
    """How often each number was sent which words."""
    return Counter((entry["to"], entry["body"]) for entry in field.provider.entries())


def _doubled(left: Counter[tuple[str, str]]) -> int:
    return sum(times > 1 for times in left.values())


def _text_stop(field: Field, after: int) -> None:
    """Of those whose texts still sleep."""
    url = f"http://127.0.0.1:{field.web_port}/hooks/{ALIAS}/inbound/"
    address = field.one("SELECT address FROM messaging_sender WHERE provider = %s", ALIAS)
    sleeping = field.rows(
        "SELECT recipient_id FROM messaging_message WHERE id > %s AND status = 'queued'"
        " AND not_before > clock_timestamp() ORDER BY id LIMIT %s",
        after,
        STOPS,
    )
    for (recipient_id,) in sleeping:
        # A word the provider does not know, or it would refuse the next text for us.
        answer = field.provider.inbound(crowd.number_of(recipient_id), address, "stopp", url=url)
        assert answer["status"] == 200


def _stopped(field: Field) -> list[str]:
    found = field.rows("SELECT recipient_id FROM messaging_inboundmessage WHERE opted_out")
    assert len(found) == STOPS
    return [crowd.number_of(recipient_id) for (recipient_id,) in found]


def _wake(copy: Copy) -> None:
    copy.rows(
        "UPDATE messaging_message SET not_before = clock_timestamp()"
        " WHERE status = 'queued' AND not_before > clock_timestamp()"
    )


def _erased(copy: Copy) -> list[tuple[Any, ...]]:
    return copy.rows(
        "SELECT r.number, e.status FROM enrolment_participant p"
        " JOIN messaging_recipient r ON r.id = p.recipient_id"
        " JOIN enrolment_enrolment e ON e.participant_id = p.id ORDER BY p.id LIMIT 1"
    )
