"""Going out: STOP, or staff on someone's behalf."""

from datetime import datetime

from django.db import transaction

from enrolment.models.enrolment import Enrolment
from enrolment.models.withdrawal import Withdrawal
from enrolment.withholding import withhold
from trust import audit
from trust.models import User


@transaction.atomic
def withdraw(
    *,
    enrolment: Enrolment,
    source: str,
    now: datetime,
    reason: str = "",
    actor: User | None = None,
) -> bool:
    """Ends the enrolment and cancels its queued texts; False when it had ended before.

    The caller holds the recipient's and the enrolment's row locks.
    """
    left = enrolment.move_to(
        Enrolment.Status.WITHDRAWN,
        ended_at=now,
        exit_reason=reason or source,
        paused_at=None,
        pause_reason="",
        question="",
        asked_at=None,
        next_due_at=None,
    )
    if not left:
        return False
    withhold(enrolment=enrolment, reason="withdrawn", now=now)
    Withdrawal.objects.create(enrolment=enrolment, source=source, reason=reason, withdrawn_at=now)
    audit.record(verb="enrolment.withdraw", subject=enrolment, actor=actor)
    return True
