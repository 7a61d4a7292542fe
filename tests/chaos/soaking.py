"""The soak's load, and what is looked at meanwhile."""

import random
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from redis import Redis

from config.queues import QUEUES
from tests.chaos import engine
from tests.chaos.field import ADDRESS, ALIAS, Field

#: People whose text comes due, a second; and texts of theirs.
DUE_A_SECOND, INBOUND_A_SECOND = 5, 4
#: One of so many says STOP, within these seconds of her text's coming due.
STOPPING, AROUND = 10, 4.0
SAMPLE_EVERY = 5.0
#: None that changes what comes next: each person's text has its Decision.
_WORDS = ("CRAVE", "hello there", "HELP", "what now", "CRAVE")
#: After her text has come.
_LATER = 15.0
_PHONES = 4
#: At once, so that every thread of the web server has worked, and has its connection, before
#: anything is judged; and how often.
_RUSH, _RUSHES = 48, 10
_KIB = 1024
_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'
   AND datname = current_database() AND pid <> pg_backend_pid()
"""
_OLDEST_DUE = """
SELECT greatest(0, coalesce(extract(epoch FROM clock_timestamp() - least(
    (SELECT min(greatest(not_before, created_at)) FROM messaging_message WHERE status = 'queued'),
    (SELECT min(next_due_at) FROM enrolment_enrolment WHERE status = 'active'))), 0))
"""

Samples = list[tuple[float, float]]


@dataclass
class Soak:
    """People are numbered as their texts come due. `seen`: by its name, (second, value)."""

    where: Field
    people: int
    seen: dict[str, Samples] = field(default_factory=lambda: defaultdict(list))
    statuses: list[int] = field(default_factory=list)
    stops: int = 0

    def warm(self) -> None:
        """Texts of strangers, more at once than the web server has threads."""
        with ThreadPoolExecutor(_RUSH) as phones:
            strangers = range(2 * self.people, 2 * self.people + _RUSH * _RUSHES)
            texted = [phones.submit(self._text, stranger, "hello there") for stranger in strangers]
            assert {each.result() for each in texted} == {200}

    def run(self, seconds: float) -> None:
        draw, began = random.Random(17), time.monotonic()
        stopping = sorted(
            (person / DUE_A_SECOND + draw.uniform(-AROUND, AROUND), person)
            for person in range(STOPPING, self.people, STOPPING)
        )
        self.stops = len(stopping)
        texted, sampled = 0, 0
        with ThreadPoolExecutor(_PHONES) as phones:
            answers: list[Future[int]] = []
            while (now := time.monotonic() - began) < seconds:
                while stopping and stopping[0][0] <= now:
                    answers.append(phones.submit(self._text, stopping.pop(0)[1], "stopp"))
                while texted < now * INBOUND_A_SECOND:
                    # Somebody whose text has come, and who does not say STOP.
                    person = draw.randrange(max(1, int((now - _LATER) * DUE_A_SECOND)))
                    answers.append(
                        phones.submit(self._text, _not_stopping(person), draw.choice(_WORDS))
                    )
                    texted += 1
                if now >= sampled * SAMPLE_EVERY:
                    self.look(now)
                    sampled += 1
                    self.where.engine.mend()
                time.sleep(0.05)
            self.statuses += [each.result() for each in answers]
        self.stops -= len(stopping)

    def look(self, now: float) -> None:
        for name, read in _READINGS.items():
            self.seen[name].append((now, read(self.where)))
        for name, size in memory(self.where).items():
            self.seen[f"memory of {name}"].append((now, size))

    def _text(self, person: int, words: str) -> int:
        hook = f"http://127.0.0.1:{self.where.web_port}/hooks/{ALIAS}/inbound/"
        # As benchmarks.people numbers them.
        answer = self.where.provider.inbound(f"+999{person:011}", ADDRESS, words, url=hook)
        engine.answers(self.where.web_port)
        status: int = answer["status"]
        return status


def spread(field: Field, people: int, a_second: float) -> dict[int, datetime]:
    """The first so many people's text comes due, one after the other, from now on. When, by their
    enrolment."""
    found = field.rows(
        "UPDATE enrolment_enrolment e SET next_due_at = clock_timestamp() + o.place * %s::interval"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place"
        "       FROM enrolment_enrolment ORDER BY id LIMIT %s) o WHERE o.id = e.id"
        " RETURNING e.id, e.next_due_at",
        f"{1 / a_second} seconds",
        people,
    )
    assert len(found) == people
    return dict(found)


def _not_stopping(person: int) -> int:
    return person + 1 if person % STOPPING == 0 and person else person


def memory(field: Field) -> dict[str, float]:
    """Resident bytes of each process, and of what it has forked; a worker's pool by itself."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
    ).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    size = {pid: rss * _KIB for pid, _, rss in rows}
    children: dict[int, list[int]] = defaultdict(list)
    for pid, parent, _ in rows:
        children[parent].append(pid)

    def whole(pid: int) -> float:
        return size.get(pid, 0) + sum(map(whole, children[pid]))

    found: dict[str, float] = {}
    for name in field.engine.names:
        pid = field.engine.pid(name)
        if name == "worker":
            found["the pool"] = sum(map(whole, children[pid]))
            found[name] = size.get(pid, 0)
        else:
            found[name] = whole(pid)
    return found


def _broker(field: Field, read: "Callable[[Redis], int]") -> float:
    client = Redis.from_url(field.place.redis_url)
    try:
        return float(read(client))
    finally:
        client.close()


def _valkey_memory(field: Field) -> float:
    return _broker(field, lambda client: int(client.info("memory")["used_memory"]))


def _hints(field: Field) -> float:
    return _broker(field, lambda client: sum(int(client.llen(name)) for name in QUEUES))


_READINGS: dict[str, Callable[[Field], float]] = {
    "connections": lambda field: float(field.one(_CONNECTIONS)),
    "memory of valkey": _valkey_memory,
    "hints waiting": _hints,
    "oldest due": lambda field: float(field.one(_OLDEST_DUE)),
}
