"""kill -9 of the worker and of beat in the middle of a send: nothing lost, nothing doubled.

The witness is the fake provider's ledger, a file the database knows nothing of.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from config.queues import QUEUES
from config.servers import discard, held

pytestmark = pytest.mark.chaos

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 1500
KILLS = 4


@dataclass
class Engine:
    """Worker and beat as their own process groups, so that a kill takes the whole of one."""

    environment: Mapping[str, str]
    log: Path
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str) -> None:
        options = {
            "worker": ["worker", "-c", "2", "-Q", ",".join(QUEUES), "--without-mingle"],
            "beat": ["beat", "-s", str(self.log.parent / "beat-schedule")],
        }[name]
        with self.log.open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config.celery", *options],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    var = tmp_path / "var"
    with held(var, throwaway=True) as place:
        engine = Engine(
            {
                **os.environ,
                "DEMO": "1",
                "VAR_DIR": str(var),
                "DATABASE_URL": place.database_url,
                "REDIS_URL": place.redis_url,
                "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            },
            tmp_path / "log",
        )
        subprocess.run(
            [sys.executable, "-m", "tests.chaos.crowd", str(PEOPLE)],
            cwd=ROOT,
            env=engine.environment,
            check=True,
        )
        try:
            yield engine
        finally:
            for name in list(engine.running):
                engine.kill(name)
    discard(var)


def count(engine: Engine, where: str) -> int:
    with psycopg.connect(engine.environment["DATABASE_URL"]) as connection:
        row = connection.execute(f"SELECT count(*) FROM messaging_message WHERE {where}").fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0


def wait_for(engine: Engine, where: str, at_least: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while count(engine, where) < at_least:
        if time.monotonic() > deadline:
            tail = engine.log.read_text(errors="replace")[-2000:]
            raise AssertionError(f"{count(engine, where)} of {at_least} with {where}\n{tail}")
        time.sleep(0.1)


def test_killed_worker_and_beat_lose_nothing_and_double_nothing(engine: Engine) -> None:
    for name in ("worker", "beat"):
        engine.start(name)

    for kill in range(1, KILLS + 1):
        wait_for(engine, "status = 'delivered'", kill * PEOPLE // (KILLS + 2), 60)
        for name in ("worker", "beat") if kill % 2 else ("worker",):
            engine.kill(name)
            engine.start(name)
    wait_for(engine, "status = 'delivered'", PEOPLE, 150)

    lines = Path(engine.environment["VAR_DIR"], "fake-ledger.jsonl").read_text().splitlines()
    taken_on = [entry["token"] for entry in map(json.loads, lines) if entry["id"]]
    with psycopg.connect(engine.environment["DATABASE_URL"]) as connection:
        message_of: dict[str, int] = dict(
            connection.execute("SELECT token, message_id FROM messaging_attempt").fetchall()
        )
        lost_calls = connection.execute(
            "SELECT count(*) FROM messaging_attempt WHERE outcome = 'not_accepted' "
            "OR settled_at - started_at > interval '5 seconds'"
        ).fetchone()
    sent = Counter(message_of[token] for token in taken_on)
    assert len(sent) == PEOPLE
    assert max(sent.values()) == 1
    assert count(engine, "true") == PEOPLE
    # The kills must have hit calls on the wire, or this proves nothing.
    assert lost_calls is not None
    assert lost_calls[0] > 0

    audit = subprocess.run(
        [sys.executable, "manage.py", "audit_ledger"],
        cwd=ROOT,
        env=engine.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert audit.returncode == 0, audit.stdout + audit.stderr
