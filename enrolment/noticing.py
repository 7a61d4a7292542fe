"""Notices of troubles delivered, one after another, each call with its own time-out.

`manage.py watch` does it in its own process, so that a mail server that hangs holds up no text.
"""

from datetime import datetime

import structlog
from django.db import transaction

from enrolment import notice_calls
from enrolment.models.notice import Notice
from enrolment.retrying import MOST_TRIES, next_try

log = structlog.get_logger(__name__)

Status = Notice.Status


def deliver_due(*, now: datetime, limit: int = 20) -> int:
    """How many were tried. `now` is machine time."""
    tried = 0
    while tried < limit:
        found = _claim(now)
        if found is None:
            break
        _settle(found, notice_calls.call(notice=found), now)
        tried += 1
    return tried


@transaction.atomic
def _claim(now: datetime) -> Notice | None:
    """The next try is put off before this one is made, so that nobody else makes it meanwhile."""
    due = Notice.objects.filter(status=Status.PENDING, next_at__lte=now)
    found = (
        due.select_for_update(of=("self",), skip_locked=True)
        .select_related("contact", "trouble")
        .order_by("next_at", "pk")
        .first()
    )
    if found is None:
        return None
    found.attempts += 1
    found.next_at = next_try(attempts=found.attempts, now=now)
    found.save(update_fields=["attempts", "next_at"])
    return found


@transaction.atomic
def _settle(notice: Notice, reason: str, now: datetime) -> None:
    """`reason`: a plain word for why nobody was reached, empty when somebody was."""
    mine = Notice.objects.filter(pk=notice.pk, status=Status.PENDING)
    if not reason:
        mine.update(status=Status.SENT, next_at=None, settled_at=now, reason="")
    elif notice.attempts >= MOST_TRIES:
        mine.update(status=Status.FAILED, next_at=None, settled_at=now, reason=reason)
        log.error("notice_failed", notice_id=notice.pk, reason=reason)
    else:
        mine.update(reason=reason)
        log.warning("notice_put_off", notice_id=notice.pk, reason=reason)
