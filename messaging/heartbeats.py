"""Which parts of the house are at work: each says so itself, every few seconds, in a row."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from messaging.models.heartbeat import Heartbeat

BEAT = "beat"
#: The process that tells people of troubles.
WATCH = "watch"
#: Of a queue: seen when a worker took a task from it.
QUEUE = "queue:"
#: Unseen for longer, a part counts as silent.
SILENT_AFTER = timedelta(minutes=2)
_SETTLED = SILENT_AFTER + timedelta(seconds=30)

_SEEN = """
INSERT INTO messaging_heartbeat AS h (name, since, beaten_at)
SELECT %(name)s, at, at FROM coalesce(%(at)s::timestamptz, clock_timestamp()) AS at
ON CONFLICT (name) DO UPDATE SET
   since = CASE WHEN h.beaten_at < excluded.beaten_at - %(pause)s::interval
                THEN excluded.beaten_at ELSE h.since END,
   beaten_at = greatest(h.beaten_at, excluded.beaten_at)
"""


@dataclass(frozen=True, slots=True)
class Pulse:
    """`seen_at` is None for a part that was never seen."""

    name: str
    since: datetime | None
    seen_at: datetime | None
    now: datetime

    @property
    def is_silent(self) -> bool:
        return self.seen_at is None or self.now - self.seen_at > SILENT_AFTER

    @property
    def is_settled(self) -> bool:
        """At work for so long that what should follow from it has followed."""
        return not self.is_silent and self.since is not None and self.since <= self.now - _SETTLED


def seen(*, name: str, at: datetime | None = None) -> None:
    """`at`: by machine time, for whoever passes the clock in; else the database's own."""
    values: dict[str, Any] = {"name": name, "at": at, "pause": SILENT_AFTER}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, values)


def pulses(*, now: datetime) -> dict[str, Pulse]:
    """By name. `now` is machine time."""
    rows = Heartbeat.objects.values_list("name", "since", "beaten_at")
    return {name: Pulse(name, since, beaten_at, now) for name, since, beaten_at in rows}


def pulse_of(found: dict[str, Pulse], name: str, *, now: datetime) -> Pulse:
    return found.get(name) or Pulse(name, None, None, now)
