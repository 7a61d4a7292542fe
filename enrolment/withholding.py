"""Planned texts taken back before they leave.

A safety text after an alarming reading is nothing that a pause takes back: only leaving does.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import TextField
from django.db.models.functions import Cast

from campaigns.rules import ALARM
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from messaging import outbox
from messaging.models import Message

WITHDRAWN = "withdrawn"


def withhold(*, enrolment: Enrolment, reason: str, now: datetime) -> int:
    """Cancels the enrolment's planned texts that have not left; how many were queued. Their
    Decisions stand. The caller holds the enrolment's row lock."""
    return withhold_all(enrolments=[enrolment], reason=reason, now=now)


def withhold_all(*, enrolments: Sequence[Enrolment], reason: str, now: datetime) -> int:
    """The same of many at once."""
    decided = Decision.objects.filter(enrolment__in=enrolments, outcome=Decision.Outcome.QUEUED)
    if reason != WITHDRAWN:
        decided = decided.exclude(step_key__startswith=ALARM)
    keys = decided.annotate(key=Cast("pk", TextField())).values("key")
    waiting = Message.objects.filter(
        recipient_id__in=[enrolment.participant.recipient_id for enrolment in enrolments],
        cause_kind=Message.CauseKind.DECISION,
        status__in=Message.OPEN,
        cause_key__in=keys,
    )
    found = list(waiting.order_by().values_list("cause_key", flat=True))
    if not found:
        return 0
    return outbox.cancel(
        cause_kind=Message.CauseKind.DECISION, cause_keys=found, reason=reason, now=now
    )
