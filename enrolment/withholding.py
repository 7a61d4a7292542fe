"""Planned texts and broadcasts taken back before they leave.

A safety text after an alarming reading is nothing that a pause takes back: only leaving does.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from campaigns.rules import ALARM
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from messaging import outbox
from messaging.models import Message

WITHDRAWN, NEW_ATTEMPT = "withdrawn", "new_attempt"
_DECISION, _BROADCAST = Message.CauseKind.DECISION, Message.CauseKind.BROADCAST


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
        Q(cause_kind=_DECISION, cause_key__in=keys) | Q(cause_kind=_BROADCAST),
        recipient_id__in=[enrolment.participant.recipient_id for enrolment in enrolments],
        status__in=Message.OPEN,
    )
    found = list(waiting.order_by().values_list("cause_kind", "cause_key"))
    planned = [key for kind, key in found if kind == _DECISION]
    theirs = {str(enrolment.pk) for enrolment in enrolments}
    broadcast = [
        key for kind, key in found if kind == _BROADCAST and key.partition(":")[2] in theirs
    ]
    if reason == NEW_ATTEMPT:
        # What everybody is told is true of the next attempt as well.
        broadcast = []
    return sum(
        outbox.cancel(cause_kind=kind, cause_keys=keys, reason=reason, now=now)
        for kind, keys in ((_DECISION, planned), (_BROADCAST, broadcast))
        if keys
    )
