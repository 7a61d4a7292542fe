"""The end of an erasure: the number goes too, once the last text needs it no more."""

from datetime import datetime, timedelta

from django.db import transaction

from enrolment.erasing import REASON, end_in_inbox
from enrolment.models.case import Case
from enrolment.models.erasure import Erasure
from enrolment.models.former_number import FormerNumber
from enrolment.models.participant import Participant
from messaging import forgetting, inbox, outbox
from messaging.models import Message, Recipient
from trust import audit, retention

_AT_ONCE = 200


def finish(*, now: datetime) -> int:
    """How many erasures came to their end. Each in a transaction of its own, at most 200 at once.

    A provider that has taken the text needs nothing more of us, so nobody waits for its report."""
    open_ones = Erasure.objects.filter(confirmed_at__isnull=False, finished_at=None)
    found = open_ones.order_by("pk").values_list("pk", "last_recipient_id")
    return sum(
        _finish(erasure_id, recipient_id, now)
        for erasure_id, recipient_id in found[:_AT_ONCE]
        if recipient_id is not None
    )


@transaction.atomic
def _finish(erasure_id: int, recipient_id: int, now: datetime) -> bool:
    former = list(
        FormerNumber.objects.filter(participant__erasures=erasure_id).values_list(
            "recipient_id", flat=True
        )
    )
    numbers = Recipient.objects.select_for_update(no_key=True).order_by("pk")
    held = {row.pk: row for row in numbers.filter(pk__in=[recipient_id, *former])}
    recipient = held.pop(recipient_id)
    erasure = Erasure.objects.select_related("last_message").get(pk=erasure_id)
    if erasure.finished_at is not None or erasure.confirmed_at is None:
        return False
    # The number is never kept longer, whatever becomes of the last text.
    hours = retention.of(recipient.organisation_id).erased_number_hours
    at_most = erasure.confirmed_at + timedelta(hours=hours)
    if now < at_most and _is_needed(erasure, recipient):
        return False
    # Whoever has joined anew meanwhile is somebody new, whose number this row has become.
    if not Participant.objects.filter(recipient=recipient).exists():
        outbox.cancel_recipient(recipient_id=recipient.pk, reason=REASON, now=now)
        end_in_inbox(recipient=recipient, now=now)
        forgetting.forget(recipient=recipient)
    for number in held.values():
        _forget_former(number)
    erasure.finished_at = now
    erasure.save(update_fields=["finished_at"])
    audit.record(verb="participant.erased", subject=erasure)
    return True


def _forget_former(number: Recipient) -> None:
    """One she had before, unless it is known to us through somebody else."""
    others = Participant.objects.filter(recipient=number).exists()
    if number.number is not None and not others:
        forgetting.forget(recipient=number)


def _is_needed(erasure: Erasure, recipient: Recipient) -> bool:
    """By a text that has yet to leave, or one that came in and has yet to be answered; one of need,
    by a person."""
    if erasure.last_message is not None and erasure.last_message.status in Message.OPEN:
        return True
    urgent = Case.objects.filter(recipient=recipient, urgency=Case.Urgency.URGENT)
    if urgent.exclude(status=Case.Status.RESOLVED).exists():
        return True
    return inbox.has_unread(recipient=recipient)
