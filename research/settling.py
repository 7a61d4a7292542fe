"""How far a ledger's rows can be read in the order of their ids without missing one.

Ids rise as they are drawn, and rows are seen as they are committed: a row with a lower id may come
after one with a higher. Its transaction may even have drawn the id before PostgreSQL gave the
transaction a number, so the horizon of snapshots (`pg_snapshot_xmin`) would pass it by. So:

1. the last id drawn is read from the sequence;
2. then the transactions at work are read from the locks each holds on its own virtual id. Whatever
   drew an id up to (1) and has not ended is among them;
3. once none of those is left, every row up to (1) is there, or never will be.

A transaction that stays open holds the mark where it is: late rather than missing.
"""

from collections.abc import Iterable

from django.db import connection, models, transaction

from research.models.settled_mark import SettledMark
from trust.models import MachineNow

_LAST = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass), 0)"
# But for one's own, and for the server's own cleaning: neither draws an id. Locks are seen as they
# are; the list of sessions is remembered through a transaction, so it is asked for anew, and a
# session that is not in it all the same may well be of this database.
_FORGET = "SELECT pg_stat_clear_snapshot()"
_RUNNING = """
SELECT l.virtualtransaction FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted
   AND coalesce(a.datname, current_database()) = current_database()
   AND coalesce(a.backend_type, 'client backend') = 'client backend'
   AND l.pid <> pg_backend_pid()
"""


@transaction.atomic
def settled(model: type[models.Model]) -> int:
    """The id up to which all rows are there: read them in a statement after this one."""
    table = model._meta.db_table
    found = SettledMark.objects.filter(table=table)
    if not found.exists():
        SettledMark.objects.bulk_create([SettledMark(table=table)], ignore_conflicts=True)
    mark = found.select_for_update(skip_locked=True).first()
    if mark is None:
        # Somebody else moves it just now; where it stood is true all the same.
        return found.get().settled_id
    _advance(mark)
    return mark.settled_id


def advance_all(tables: Iterable[type[models.Model]]) -> None:
    """Now and then, so that whoever reads once a day is not a day behind."""
    for model in tables:
        settled(model)


def _advance(mark: SettledMark) -> None:
    if mark.ahead_id is not None:
        mark.running = sorted(set(mark.running) & _running())
        if not mark.running:
            mark.settled_id, mark.ahead_id = mark.ahead_id, None
    if mark.ahead_id is None:
        # In this order; see above.
        last = _last(mark.table)
        running = _running() if last > mark.settled_id else set()
        if running:
            mark.ahead_id, mark.running = last, sorted(running)
        else:
            mark.settled_id = max(last, mark.settled_id)
    mark.looked_at = MachineNow()
    mark.save()


def _last(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [connection.ops.quote_name(table)])
        return int(cursor.fetchone()[0])


def _running() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        cursor.execute(_RUNNING)
        return {row[0] for row in cursor.fetchall()}
