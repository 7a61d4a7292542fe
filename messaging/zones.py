from datetime import datetime
from functools import cache

import structlog
from django.db import DataError, connection, transaction

from messaging.models.message import Message

log = structlog.get_logger(__name__)


@cache
def is_known(zone: str) -> bool:
    """Whether the database can tell the local time there. One message with a zone it does not know
    would make the statement that claims a whole batch fail, each time."""
    return _is_known(zone)


@transaction.atomic
def block_unknown(*, now: datetime) -> int:
    """Queued texts in zones the database knew once, before an upgrade took them away; how many."""
    queued = Message.objects.filter(status=Message.Status.QUEUED, hours_start__isnull=False)
    zones = queued.order_by().values_list("zone", flat=True).distinct()
    lost = queued.filter(zone__in=[zone for zone in zones if not _is_known(zone)])
    held = list(lost.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    if held:
        Message.objects.filter(pk__in=held).update(
            status=Message.Status.BLOCKED, status_reason="bad_zone", settled_at=now, retry_at=None
        )
        log.error("zone_unknown", count=len(held))
    return len(held)


def _is_known(zone: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT timezone(%s, clock_timestamp())", [zone])
    except DataError:
        return False
    return True
