"""Texts of which older books cannot say whether they left: none of them leaves again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

# On the wire when the books ended, and nowhere in the provider's: what became of it nobody can say.
_GIVE_UP = """
WITH open AS MATERIALIZED (
    SELECT m.id FROM messaging_message m
     WHERE m.status IN ('sending', 'unknown')
       AND EXISTS (SELECT 1 FROM messaging_attempt a
                    WHERE a.message_id = m.id AND a.outcome IN ('started', 'unknown')
                      AND a.started_at < %(held_at)s)
     ORDER BY m.id FOR NO KEY UPDATE
), left_open AS (
    UPDATE messaging_attempt a SET outcome = 'unknown' FROM open
     WHERE a.message_id = open.id AND a.outcome = 'started'
)
UPDATE messaging_message m
   SET status = 'failed', status_reason = 'unresolved', settled_at = %(now)s
  FROM open WHERE m.id = open.id
"""

# Those of a number that got something strange, and those of a sender whose provider cannot tell, or
# that one like it stands in for. Not what answers a text that came while sending was held.
_KEEP_BACK = """
WITH doubtful AS MATERIALIZED (
    SELECT m.id FROM messaging_message m JOIN messaging_sender s ON s.id = m.sender_id
     WHERE m.status = 'queued' AND (m.not_before <= %(until)s OR m.created_at >= %(until)s)
       AND (m.recipient_id = ANY(%(recipients)s)
            OR EXISTS (SELECT 1 FROM messaging_sender o
                        WHERE (o.id = s.id OR o.group_id = s.group_id)
                          AND NOT o.provider = ANY(%(tellers)s::text[])))
       AND NOT (m.cause_kind = 'inbound' AND EXISTS (
            SELECT 1 FROM messaging_inboundmessage i
             WHERE i.id::text = split_part(m.cause_key, ':', 1) AND i.stored_at >= %(held_at)s))
     ORDER BY m.id FOR NO KEY UPDATE OF m
)
UPDATE messaging_message m
   SET status = 'cancelled', status_reason = 'restored', cancel_reason = 'restored',
       retry_at = NULL, settled_at = %(now)s
  FROM doubtful WHERE m.id = doubtful.id
"""


@transaction.atomic
def give_up(*, held_at: datetime, now: datetime) -> int:
    """Texts on the wire when the books ended, which no provider was found to have; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, {"held_at": held_at, "now": now})
        return int(cursor.rowcount)


@transaction.atomic
def keep_back(
    *,
    recipient_ids: Iterable[int],
    tellers: Sequence[str],
    held_at: datetime,
    until: datetime,
    now: datetime,
) -> int:
    """Queued texts that may have left before, ended unsent; how many. `tellers`: providers that
    told all they had. `until`: `held_at` by the calendar."""
    values: dict[str, Any] = {
        "recipients": list(recipient_ids),
        "tellers": list(tellers),
        "held_at": held_at,
        "until": until,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_BACK, values)
        return int(cursor.rowcount)
