"""Where research reads: a replica, if DATABASE_REPLICA_URL names one, it answers and has caught up;
else the server that is written to.

A physical standby, so for reads alone: bundles and figures make temporary tables, which it refuses.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections
from django.db.backends.utils import CursorWrapper

log = structlog.get_logger(__name__)
Found = TypeVar("Found")

#: What a standby lags by in its ordinary work is milliseconds.
_PATIENCE_SECONDS = 1.0
_PAUSE_SECONDS = 0.02
_WRITTEN = "SELECT pg_current_wal_insert_lsn()::text"
_REPLAYED = "SELECT coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)"


def read(work: Callable[[CursorWrapper], Found]) -> Found:
    """What `work` finds, which sees all that was committed before. It changes nothing, and is done
    once more on the other server when the replica breaks off, as it may for a vacuum."""
    # In a transaction, what it has written itself is on no other server yet.
    if settings.REPLICA in connections.settings and not connection.in_atomic_block:
        try:
            with connections[settings.REPLICA].cursor() as cursor:
                if _has_caught_up(cursor):
                    return work(cursor)
            log.warning("replica_lags")
        except (OperationalError, InterfaceError) as broken:
            log.warning("replica_failed", error=type(broken).__name__)
            connections[settings.REPLICA].close()
    with connection.cursor() as cursor:
        return work(cursor)


def _has_caught_up(replica: CursorWrapper) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        (written,) = cursor.fetchone()
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        replica.execute(_REPLAYED, [written])
        if replica.fetchone()[0]:
            return True
        if time.monotonic() > give_up:
            return False
        time.sleep(_PAUSE_SECONDS)
