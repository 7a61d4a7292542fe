"""How long an organisation keeps what, and the books of what was taken away."""

from calendar import monthrange
from datetime import datetime

from django.db import transaction
from django.db.models import F

from trust import audit
from trust.models.organisation import Organisation
from trust.models.purge import Purge
from trust.models.retention_settings import RetentionSettings


def of(organisation_id: int) -> RetentionSettings:
    """The organisation's own, or the defaults."""
    found = RetentionSettings.objects.filter(organisation_id=organisation_id).first()
    return found or RetentionSettings(organisation_id=organisation_id)


def ensure(organisation: Organisation) -> None:
    """A row to be edited."""
    RetentionSettings.objects.get_or_create(organisation=organisation)


def reached(*, organisation_id: int, what: str) -> int:
    """The last row that was looked at by any batch before."""
    rows = Purge.objects.filter(organisation_id=organisation_id, what=what).order_by("-reached")
    return rows.values_list("reached", flat=True).first() or 0


@transaction.atomic
def book(*, organisation_id: int, what: str, count: int, reached: int, now: datetime) -> None:
    """A batch that took something away, or looked further."""
    row, _ = Purge.objects.get_or_create(
        organisation_id=organisation_id, what=what, day=now.date(), defaults={"last_at": now}
    )
    Purge.objects.filter(pk=row.pk).update(
        count=F("count") + count, reached=max(reached, row.reached), last_at=now
    )
    if count:
        audit.record(verb="retention.purge", subject=row, detail={"what": what, "rows": count})


def months_before(now: datetime, months: int) -> datetime:
    """The same day so many months ago, or that month's last."""
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    last = monthrange(years, month + 1)[1]
    return now.replace(year=years, month=month + 1, day=min(now.day, last))
