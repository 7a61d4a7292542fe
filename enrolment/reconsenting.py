"""Consent asked for anew, after a silence of half a year: a number may have gone to somebody else,
and a yes does not last for ever."""

from datetime import datetime

from django.db import transaction

from campaigns.own_questions import LONG_SILENCE, STILL
from enrolment import pausing, saying
from enrolment.models.enrolment import Enrolment
from messaging import inbox
from messaging.models import Recipient
from trust import audit

REASON = "asked_anew"
_AT_ONCE = 200


def ask_the_silent(*, now: datetime) -> int:
    """How many were asked. Each in a transaction of its own, at most 200 at once."""
    silent = Enrolment.objects.filter(
        status=Enrolment.Status.ACTIVE, heard_at__lte=now - LONG_SILENCE, next_due_at__isnull=False
    ).order_by("pk")
    found = silent.values_list("pk", "participant__recipient_id")[:_AT_ONCE]
    return sum(_ask(*row, now) for row in found)


@transaction.atomic
def _ask(enrolment_id: int, recipient_id: int, now: datetime) -> bool:
    """Unless something was texted since it was found, or waits to be read."""
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    if inbox.has_unread(recipient=recipient):
        return False
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("participant", "campaign", "version__campaign")
        .get(pk=enrolment_id)
    )
    if enrolment.heard_at > now - LONG_SILENCE:
        return False
    if not pausing.pause(enrolment=enrolment, until=None, reason=REASON, now=now):
        return False
    enrolment.question, enrolment.asked_at, enrolment.tries = STILL, now, 0
    enrolment.save(update_fields=["question", "asked_at", "tries"])
    saying.ask_unasked(
        enrolment=enrolment, question=STILL, key=f"still:{enrolment.pk}:{now:%Y%m%d}", now=now
    )
    audit.record(verb="consent.ask_anew", subject=enrolment)
    return True
