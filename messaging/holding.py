"""Sending held for the whole house, from the moment its books are older than the world.

A database that was restored, copied, or promoted from a standby may lack what its forerunner sent:
whoever sends by it sends that again. So the house keeps the name of the database it sent from, and
where another name is found, nothing leaves until `manage.py after_restore` has caught up. Texts
that come in are stored meanwhile, and STOP is carried out.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import connection, transaction

from messaging.models.house import House
from messaging.statements import rows
from trust import audit
from trust.models import MachineNow

log = structlog.get_logger(__name__)

_ROW = 1
#: For the statements that start calls.
NOT_HELD = "NOT EXISTS (SELECT FROM messaging_house h WHERE h.held_at IS NOT NULL)"

# A dump read back has another database's number or server's; a base copy wound forward, or a
# standby that was promoted, writes its log on another timeline.
_HERE = """
SELECT s.system_identifier || ':' || d.oid || ':'
       || left(pg_walfile_name(pg_current_wal_lsn()), 8)
  FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()
"""
_LOOK = f"""
SELECT ({_HERE}), h.home, h.held_at IS NOT NULL
  FROM (SELECT) AS always LEFT JOIN messaging_house h ON h.id = {_ROW}
"""

# The copy was made after its last call; nothing else in it is as sure, as parts of the house may
# have been at work on it before anybody looked. Without a call: when the first number came.
_LOST_FROM = """
SELECT coalesce((SELECT started_at FROM messaging_attempt ORDER BY id DESC LIMIT 1),
                (SELECT created_at FROM messaging_recipient ORDER BY id LIMIT 1),
                clock_timestamp())
"""


class NotHeld(Exception):
    """Sending is not held, so there is nothing to catch up with."""


@dataclass(frozen=True, slots=True)
class Hold:
    """As `House` has it."""

    held_at: datetime
    lost_from: datetime
    erasures_at: datetime | None
    history_at: datetime | None


def keeps_back() -> bool:
    """Whether nothing may leave. Holds sending itself when this is not the database it last left
    from; the first that is ever asked becomes that."""
    here, home, is_held = rows(_LOOK, {})[0]
    if home is None:
        House.objects.get_or_create(pk=_ROW, defaults={"home": here})
        return False
    if not _is_same(home, here):
        hold()
        return True
    return bool(is_held)


def held_since() -> datetime | None:
    """Machine time; None while texts may leave."""
    return House.objects.filter(pk=_ROW).values_list("held_at", flat=True).first()


def standing() -> Hold:
    """Raises NotHeld."""
    row = House.objects.filter(pk=_ROW, held_at__isnull=False).first()
    if row is None or row.held_at is None or row.lost_from is None:
        raise NotHeld
    return Hold(row.held_at, row.lost_from, row.erasures_at, row.history_at)


@transaction.atomic
def hold() -> bool:
    """False when it was held here already. Held in another database, it is held anew, from where
    the older of the two begins."""
    here = rows(_HERE, {})[0][0]
    House.objects.get_or_create(pk=_ROW, defaults={"home": here})
    row = House.objects.select_for_update().get(pk=_ROW)
    if row.held_at is not None and _is_same(row.home, here):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_LOST_FROM)
        found: datetime = cursor.fetchone()[0]
    lost_from = min(found, row.lost_from or found)
    House.objects.filter(pk=_ROW).update(
        home=here, held_at=MachineNow(), lost_from=lost_from, erasures_at=None, history_at=None
    )
    audit.record(verb="sending.hold", subject=row, detail={"lost_from": lost_from.isoformat()})
    log.error("sending_held")
    return True


def note_erasures() -> None:
    """Everybody in the log of erasures is erased in this database."""
    House.objects.filter(pk=_ROW, held_at__isnull=False).update(erasures_at=MachineNow())


def note_history(*, at: datetime) -> None:
    """The providers were asked from then on, and the texts they knew of are settled."""
    House.objects.filter(pk=_ROW, held_at__isnull=False).update(history_at=at)


@transaction.atomic
def release() -> bool:
    """False when it was not held. Whether it may be is the caller's to know."""
    row = House.objects.select_for_update().filter(pk=_ROW, held_at__isnull=False).first()
    if row is None or row.lost_from is None:
        return False
    House.objects.filter(pk=_ROW).update(
        held_at=None, lost_from=None, erasures_at=None, history_at=None
    )
    audit.record(
        verb="sending.release", subject=row, detail={"lost_from": row.lost_from.isoformat()}
    )
    return True


def _is_same(home: str, here: str) -> bool:
    """Where a promoted standby lacks nothing, its timeline tells nothing."""
    if settings.STANDBY_LOSES_NOTHING:
        return home.rpartition(":")[0] == here.rpartition(":")[0]
    return home == here
