"""Going out: STOP, or staff on someone's behalf."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from enrolment.models.enrolment import Enrolment
from enrolment.models.withdrawal import Withdrawal
from enrolment.withholding import withhold_all
from messaging.prepared import ids, rows
from trust import audit
from trust.models import User

_WITHDRAWN = f"""
INSERT INTO {Withdrawal._meta.db_table} (enrolment_id, source, reason, withdrawn_at)
SELECT enrolment_id, %(source)s, %(reason)s, %(now)s
  FROM unnest(%(ids)s::bigint[]) AS enrolment_id
RETURNING id
"""


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
    return bool(
        withdraw_all(enrolments=[enrolment], source=source, now=now, reason=reason, actor=actor)
    )


@transaction.atomic(savepoint=False)
def withdraw_all(
    *,
    enrolments: Sequence[Enrolment],
    source: str,
    now: datetime,
    reason: str = "",
    actor: User | None = None,
) -> int:
    """The same of many, whose rows were read under their locks; how many had not ended before."""
    left = Enrolment.move_all(
        enrolments,
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
        return 0
    withhold_all(enrolments=left, reason="withdrawn", now=now)
    rows(
        _WITHDRAWN,
        {
            "ids": ids(enrolment.pk for enrolment in left),
            "source": source,
            "reason": reason,
            "now": now,
        },
    )
    audit.record_each(verb="enrolment.withdraw", subjects=left, actor=actor)
    return len(left)
