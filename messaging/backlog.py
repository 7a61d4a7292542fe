"""What may leave now and has not, by sender: read by the index that dispatch reads, and counted no
further than anybody needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from messaging.claiming import AFFORDABLE, SENDABLE
from messaging.refusing import PAST_OPT_OUT

#: More than this is "1000 and more".
MOST = 1000

# The index's stretches, one for each priority that waits, are skipped along; the oldest of each
# stands first in it.
_OLDEST = f"""
WITH RECURSIVE clock AS (SELECT %(calendar)s::timestamptz AS now), stretch AS (
    SELECT s.id AS sender_id, s.budget_state,
           (SELECT min(m.priority) FROM messaging_message m
             WHERE m.sender_id = s.id AND m.status = 'queued') AS priority
      FROM messaging_sender s WHERE s.is_active
     UNION ALL
    SELECT t.sender_id, t.budget_state,
           (SELECT min(m.priority) FROM messaging_message m
             WHERE m.sender_id = t.sender_id AND m.status = 'queued' AND m.priority > t.priority)
      FROM stretch t WHERE t.priority IS NOT NULL
)
SELECT s.sender_id, min(first.not_before),
       (SELECT count(*) FROM (
            SELECT 1 FROM messaging_message m
             WHERE m.sender_id = s.sender_id
               AND {SENDABLE.format(now="clock.now")} AND {AFFORDABLE}
             LIMIT %(most)s + 1) AS waits)
  FROM stretch s
 CROSS JOIN clock
 CROSS JOIN LATERAL (
       SELECT m.not_before FROM messaging_message m
        WHERE m.sender_id = s.sender_id AND m.priority = s.priority
          AND {SENDABLE.format(now="clock.now")} AND {AFFORDABLE}
        ORDER BY m.not_before LIMIT 1) AS first
 GROUP BY s.sender_id, s.budget_state, clock.now
"""

# By time, in blocks: a day's attempts lie together.
_LEFT = """
SELECT m.sender_id, count(*) FILTER (WHERE a.started_at > %(now)s - interval '1 minute'), count(*)
  FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
 WHERE a.started_at > %(now)s - interval '1 hour' AND a.started_at <= %(now)s
   AND m.sender_id = ANY(%(senders)s)
 GROUP BY m.sender_id
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """`waiting` stops at MOST + 1."""

    sender_id: int
    oldest: datetime
    waiting: int


def backlogs(*, calendar: datetime) -> list[Backlog]:
    """Of every active sender with texts that may leave at `calendar`. What waits for its own time,
    for its person's hours or for money is not among them."""
    values: dict[str, Any] = {
        "past_opt_out": PAST_OPT_OUT,
        "most": MOST,
        "calendar": calendar,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, values)
        return [Backlog(*row) for row in cursor.fetchall()]


def calls_of(*, sender_ids: Sequence[int], now: datetime) -> dict[int, tuple[int, int]]:
    """How many calls began in the minute and in the hour before `now`, machine time."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, {"senders": list(sender_ids), "now": now})
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
