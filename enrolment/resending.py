"""A text that did not arrive, sent again by staff: a new Message, once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.rules import Priority
from campaigns.schedule import Span
from enrolment.holding import hold
from enrolment.models.enrolment import Enrolment
from enrolment.models.former_number import FormerNumber
from enrolment.rezoning import hours_for
from enrolment.saying import QUESTION_SHELF
from enrolment.timeline_causes import is_resendable, of_enrolment, resend_key
from messaging import outbox
from messaging.models import Message
from messaging.optout import is_opted_out
from trust import audit
from trust.models import User
from trust.redaction import without_links


class Refused(Exception):
    """The text may not go again; says why, to whoever asked."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """`refusal`: why it may not go again, in words. `may_come_twice`: nobody knows whether it
    arrived. It leaves within `hours` of the person's own clock."""

    message: Message
    refusal: str
    may_come_twice: bool
    hours: Span


def outlook(*, enrolment: Enrolment, message_id: int, now: datetime) -> Outlook | None:
    """None where this enrolment has no such text."""
    former = list(FormerNumber.objects.filter(participant=enrolment.participant))
    texts = Message.objects.filter(pk=message_id).select_related("body", "recipient")
    message = of_enrolment(texts, enrolment, former).first()
    if message is None:
        return None
    return Outlook(
        message=message,
        refusal=_refusal(enrolment, message, now),
        may_come_twice=message.status_reason in ("unresolved", "restored"),
        hours=hours_for(enrolment),
    )


@transaction.atomic
def resend(*, enrolment_id: int, message_id: int, actor: User, now: datetime) -> int:
    """The new message's id. It goes to the number the person has now, in her hours. Raises
    Refused."""
    participant_id = Enrolment.objects.values_list("participant_id", flat=True).get(pk=enrolment_id)
    held = hold(participant_id)
    enrolment = next((row for row in held.open_ones if row.pk == enrolment_id), None)
    if enrolment is None:
        raise Refused(_("This person has left, so nothing is sent."))
    found = outlook(enrolment=enrolment, message_id=message_id, now=now)
    if found is None:
        raise Refused(_("This person has no such text."))
    if found.refusal:
        raise Refused(found.refusal)
    again = _queue(enrolment, found, now)
    if again is None:
        raise Refused(_("It was sent again before."))
    detail = {"message": message_id, "again": again}
    audit.record(verb="person.resend", subject=enrolment, actor=actor, detail=detail)
    return again


def _refusal(enrolment: Enrolment, message: Message, now: datetime) -> str:
    participant = enrolment.participant
    recipient = participant.recipient
    ended_at = message.settled_at or message.not_before
    if enrolment.status not in Enrolment.OPEN:
        return _("This person has left, so nothing is sent.")
    if is_opted_out(recipient=recipient):
        return _("This number has said STOP, so nothing may be sent to it.")
    if recipient.number is None or participant.number_lost_at is not None:
        return _("This person's number is gone.")
    if recipient.bad_since is not None:
        return _("The number can't be reached at present; a text from it ends that.")
    if message.cause_key.startswith("resend:"):
        return _(
            "It was sent again before, and once is enough. Ring them, or wait for the next text."
        )
    if not is_resendable(status=message.status, kind=message.kind, at=ended_at, now=now):
        return _("Only a text of the last three days that did not arrive can be sent again.")
    body = message.body.text if hasattr(message, "body") else None
    if body is None:
        return _("Its words have been erased.")
    if without_links(body) != body:
        return _("It holds a link that opens once. The person gets a new one by texting WEB.")
    return ""


def _queue(enrolment: Enrolment, found: Outlook, now: datetime) -> int | None:
    message, participant = found.message, enrolment.participant
    return outbox.queue(
        organisation_id=participant.organisation_id,
        sender_id=enrolment.campaign.sender_id,
        recipient_id=participant.recipient_id,
        kind=Message.Kind.STAFF,
        cause_kind=Message.CauseKind.STAFF,
        cause_key=resend_key(enrolment.pk, message.pk),
        text=message.body.text or "",
        not_before=now,
        valid_until=now + QUESTION_SHELF,
        hours=(found.hours.start, found.hours.end),
        zone=participant.time_zone,
        priority=Priority.CORE.rank,
        is_test=message.is_test,
        approved=message.is_approved,
        now=now,
    )
