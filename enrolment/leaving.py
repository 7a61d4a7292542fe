"""Going out: STOP, or staff on someone's behalf."""

from datetime import datetime

from django.db import transaction

from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.withdrawal import Withdrawal
from messaging import outbox
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
        question="",
        asked_at=None,
        next_due_at=None,
    )
    if not left:
        return False
    decided = Decision.objects.filter(enrolment=enrolment, outcome=Decision.Outcome.QUEUED)
    outbox.cancel(
        cause_kind="decision",
        cause_keys=[str(key) for key in decided.values_list("pk", flat=True)],
        reason="withdrawn",
        now=now,
    )
    Withdrawal.objects.create(enrolment=enrolment, source=source, reason=reason, withdrawn_at=now)
    audit.record(verb="enrolment.withdraw", subject=enrolment, actor=actor)
    return True
