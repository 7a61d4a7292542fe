from datetime import datetime

from django.db import connection, transaction

_BATCH = 1000

_EXPIRE = """
UPDATE messaging_message m
   SET status = 'expired', status_reason = 'expired', settled_at = %s, retry_at = NULL
 WHERE m.id IN (SELECT id FROM messaging_message
                 WHERE status = 'queued' AND valid_until <= %s
                 ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
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
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, [now, now, _BATCH])
        return int(cursor.rowcount)
