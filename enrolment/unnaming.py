"""Whoever has left long ago, and whoever only once texted: the number and all words go.

What was decided, sent, answered and measured stays for the programme's figures, and leads to
nobody. So does the opt-out: a keyed hash of the number."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from enrolment import erasing
from enrolment.models.answer import Answer
from enrolment.models.attribute import Attribute
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.models.erasure import Erasure
from enrolment.models.invitation import Invitation
from enrolment.models.note import Note
from enrolment.models.participant import Participant
from enrolment.models.web_link import WebLink
from messaging import forgetting
from messaging.models import InboundMessage, Message, Recipient
from trust import audit

_GOING_ON = (Enrolment.Status.INVITED, Enrolment.Status.ACTIVE, Enrolment.Status.PAUSED)


def long_gone(organisation_id: int, before: datetime) -> QuerySet[Participant]:
    """People whose last enrolment ended, or came to its end and was silent, before that, and of
    whom something is left: a name, words, or a number that nobody else goes on with."""
    here = _since(before).filter(participant=OuterRef("pk"))
    behind = _since(before).filter(participant__recipient=OuterRef("recipient"))
    words = Consent.objects.filter(enrolment__participant=OuterRef("pk"), exact_text__isnull=False)
    return Participant.objects.filter(
        Q(first_name__isnull=False)
        | Exists(words)
        | (Q(recipient__number__isnull=False) & ~Exists(behind)),
        ~Exists(here),
        organisation_id=organisation_id,
        created_at__lt=before,
    ).order_by("pk")


def _since(before: datetime) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(
        Q(status__in=_GOING_ON)
        | Q(ended_at__gte=before)
        | Q(status=Enrolment.Status.COMPLETED, heard_at__gte=before)
        | Q(status=Enrolment.Status.COMPLETED, last_text_at__gte=before)
    )


def strangers(organisation_id: int, before: datetime) -> QuerySet[Recipient]:
    """Numbers of nobody's that were not heard of, texted or invited since."""
    of_it = {"recipient": OuterRef("pk")}
    return Recipient.objects.filter(
        ~Exists(Participant.objects.filter(**of_it)),
        ~Exists(InboundMessage.objects.filter(**of_it, received_at__gte=before)),
        ~Exists(Message.objects.filter(**of_it, created_at__gte=before)),
        ~Exists(Invitation.objects.filter(**of_it, invited_at__gte=before)),
        ~Exists(Erasure.objects.filter(last_recipient=OuterRef("pk"), finished_at=None)),
        organisation_id=organisation_id,
        number__isnull=False,
        created_at__lt=before,
    ).order_by("pk")


@transaction.atomic
def unname(*, participant_id: int, before: datetime, now: datetime) -> bool:
    """False when she has come back since she was found. The number stays while somebody else
    behind it goes on."""
    participant = Participant.objects.select_related("recipient").get(pk=participant_id)
    Recipient.objects.select_for_update(no_key=True).get(pk=participant.recipient_id)
    if not long_gone(participant.organisation_id, before).filter(pk=participant_id).exists():
        return False
    participant.refresh_from_db()
    participant.first_name, participant.slot = None, ""
    participant.hours_start = participant.hours_end = None
    participant.save(update_fields=["first_name", "slot", "hours_start", "hours_end"])
    theirs = {"enrolment__participant": participant}
    Answer.objects.filter(**theirs, raw__isnull=False).update(raw=None)
    Consent.objects.filter(**theirs, exact_text__isnull=False).update(exact_text=None)
    Attribute.objects.filter(participant=participant, words__isnull=False).delete()
    Note.objects.filter(**theirs, words__isnull=False).update(words=None)
    WebLink.objects.filter(participant=participant).delete()
    if not _since(before).filter(participant__recipient=participant.recipient_id).exists():
        _forget(participant.recipient, now)
    audit.record(verb="participant.unname", subject=participant)
    return True


@transaction.atomic
def forget_stranger(*, recipient_id: int, before: datetime, now: datetime) -> bool:
    """False when something has come from the number since it was found."""
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    if not strangers(recipient.organisation_id, before).filter(pk=recipient_id).exists():
        return False
    _forget(recipient, now)
    return True


def _forget(recipient: Recipient, now: datetime) -> None:
    Invitation.objects.filter(recipient=recipient).update(first_name=None)
    erasing.end_in_inbox(recipient=recipient, now=now)
    forgetting.forget(recipient=recipient)
