"""Planned texts taken back before they leave."""

from datetime import datetime

from django.db.models import TextField
from django.db.models.functions import Cast

from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from messaging import outbox
from messaging.models import Message


def withhold(*, enrolment: Enrolment, reason: str, now: datetime) -> int:
    """Cancels the enrolment's planned texts that have not left; how many were queued. Their
    Decisions stand. The caller holds the enrolment's row lock."""
    decided = Decision.objects.filter(enrolment=enrolment, outcome=Decision.Outcome.QUEUED)
    keys = decided.annotate(key=Cast("pk", TextField())).values("key")
    waiting = Message.objects.filter(
        recipient_id=enrolment.participant.recipient_id,
        cause_kind=Message.CauseKind.DECISION,
        status__in=Message.OPEN,
        cause_key__in=keys,
    )
    return outbox.cancel(
        cause_kind=Message.CauseKind.DECISION,
        cause_keys=list(waiting.values_list("cause_key", flat=True)),
        reason=reason,
        now=now,
    )
