"""Runs benchmarks on an embedded PostgreSQL and Valkey of their own, durable as in production.

    python -m benchmarks.run all
    python -m benchmarks.run tick backlog
    python -m benchmarks.run tick --people 2000 --runs 3

Each gets a database of its own, dropped when it ends. Options go to every benchmark named. The code
is 1 when one of them ends below its floor; the others are run all the same. Before each one, how
busy the machine is with other work: 0 is idle, and from about 0.1 on the figures mean little.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.figures import say
from config.places import ACCOUNT, Place
from config.servers import held

VAR = Path(__file__).resolve().parent.parent / "var" / "bench"
NAMES = (
    "tick", "simulate", "two_ticks", "idle_tick", "backlog", "celery_tick", "dispatch", "inbound",
    "receipts", "bucket", "day", "export", "pages", "million",
)  # fmt: skip
#: Long, and without a bound to keep: left out of "all".
BY_NAME_ONLY = {"pages", "million"}


def main() -> int:
    words = sys.argv[1:]
    names = list(takewhile(lambda word: not word.startswith("-"), words))
    unknown = set(names) - {"all", *NAMES}
    if unknown:
        sys.stderr.write(
            f"No such benchmark: {', '.join(unknown)}. There are {', '.join(NAMES)}.\n"
        )
        return 2
    chosen = (
        [name for name in NAMES if name not in BY_NAME_ONLY]
        if "all" in names
        else names or ["tick"]
    )
    return _run(chosen, words[len(names) :])


def _run(names: list[str], options: list[str]) -> int:
    with held(VAR) as place:
        return max(_one(name, options, place) for name in names)


def _one(name: str, options: list[str], place: Place) -> int:
    say("machine_busy_before", _busy(), benchmark=name, options=" ".join(options))
    with _database(name, place) as address:
        environment = {
            **os.environ,
            "DEMO": "1",
            "VAR_DIR": str(VAR),
            "DATABASE_URL": address,
            "REDIS_URL": place.redis_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", f"benchmarks.{name}", *options]
        return subprocess.run(command, env=environment, check=False).returncode


def _busy() -> float:
    """The share of all cores' time that somebody used, over a second; Linux says so, others 0."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    before = _ticks(stat)
    time.sleep(1)
    spent = [now - then for now, then in zip(_ticks(stat), before, strict=True)]
    idle = sum(spent[3:5])
    return 1 - idle / max(sum(spent), 1)


def _ticks(stat: Path) -> list[int]:
    """user, nice, system, idle, iowait, irq, softirq, steal"""
    return [int(word) for word in stat.read_text().split("\n", 1)[0].split()[1:9]]


@contextmanager
def _database(name: str, place: Place) -> Iterator[str]:
    """Empty, and gone afterwards. A second run of the same benchmark is refused by the first one's
    connections."""
    database = f"bench_{name}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database))
    with psycopg.connect(place.database_url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        try:
            yield f"postgresql://{ACCOUNT}@/{database}?host={place.sockets}"
        finally:
            connection.execute(drop + sql.SQL(" WITH (FORCE)"))


if __name__ == "__main__":
    sys.exit(main())
