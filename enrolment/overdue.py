"""Cases nobody has taken up in time: whoever is paged is told, once for each.

Of ordinary cases one page an hour in a campaign stands for them all; the inbox shows every one.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from enrolment import paging
from enrolment.models.case import Case
from enrolment.models.page import Page
from trust import audit

log = structlog.get_logger(__name__)

ONE_ALARM = timedelta(hours=1)


def alarm(*, now: datetime, limit: int = 100) -> int:
    """How many cases somebody is told of. Safe at any time, also twice at once."""
    late = Case.objects.filter(status__in=Case.WAITING, due_at__lt=now, alarmed_at=None)
    return _alarm(late, now, limit) if late.exists() else 0


@transaction.atomic
def _alarm(late: QuerySet[Case], now: datetime, limit: int) -> int:
    rows = late.select_for_update(of=("self",), skip_locked=True).select_related("campaign")
    cases = list(rows.order_by("urgency", "due_at", "pk")[:limit])
    for case in cases:
        log.error("case_overdue", case_id=case.pk, status=case.reason)
        if case.urgency != Case.Urgency.ORDINARY or not _told_lately(case, now):
            paging.tell(case=case, occasion=Page.Occasion.OVERDUE, now=now)
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(alarmed_at=now)
    audit.record_each(verb="case.overdue", subjects=cases)
    return len(cases)


def _told_lately(case: Case, now: datetime) -> bool:
    alike = Page.objects.filter(
        occasion=Page.Occasion.OVERDUE,
        case__organisation=case.organisation_id,
        case__campaign=case.campaign,
    )
    return alike.filter(made_at__gt=now - ONE_ALARM).exists()
