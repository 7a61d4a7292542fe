from datetime import datetime
from typing import Any

from django.db import connection, transaction

from messaging.models.message import Message

_BATCH = 1000

# What waited for a spent budget to open again says so.
_EXPIRE = """
UPDATE messaging_message m
   SET status = 'expired', settled_at = %(now)s, retry_at = NULL,
       status_reason = CASE WHEN s.budget_state = 'stopped' AND NOT m.kind = ANY(%(past_opt_out)s)
                            THEN 'budget' ELSE 'expired' END
  FROM messaging_sender s
 WHERE s.id = m.sender_id
   AND m.id IN (SELECT id FROM messaging_message
                 WHERE status = 'queued' AND valid_until <= %(now)s
                 ORDER BY id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED)
"""


def expire(*, now: datetime) -> int:
    """Queued messages whose time has passed, ended; how many. In batches, each its own
    transaction."""
    expired = 0
    while True:
        batch = _expire_batch(now)
        expired += batch
        if batch < _BATCH:
            return expired


@transaction.atomic
def _expire_batch(now: datetime) -> int:
    values: dict[str, Any] = {
        "now": now,
        "batch": _BATCH,
        "past_opt_out": [kind.value for kind in Message.PAST_OPT_OUT],
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, values)
        return int(cursor.rowcount)
