"""A child who has told her age is turned away, and what she told on the way goes with it."""

from datetime import datetime

from django.db import transaction

from enrolment import joining
from enrolment.models.answer import Answer
from enrolment.models.attribute import Attribute
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from messaging.models import InboundMessage

REASON = "under_age"


@transaction.atomic
def turn_away(*, enrolment: Enrolment, now: datetime) -> None:
    """What stays: that somebody too young has asked, and when. The number stays until retention
    takes it, for her STOP and her cries for help. Somebody else may share it, in a campaign of her
    own; then only the answers of this enrolment go. The caller holds the row locks."""
    joining.mark_ineligible(enrolment=enrolment, reason=REASON, now=now)
    answers = Answer.objects.filter(enrolment=enrolment)
    texts = InboundMessage.objects.filter(recipient_id=enrolment.participant.recipient_id)
    participant = enrolment.participant
    is_shared = participant.enrolments.exclude(pk=enrolment.pk).exists()
    if is_shared:
        texts = texts.filter(pk__in=answers.values("inbound_id"))
    texts.filter(body__isnull=False).update(body=None)
    answers.update(raw=None, value="")
    Consent.objects.filter(enrolment=enrolment, exact_text__isnull=False).update(exact_text=None)
    if is_shared:
        return
    Attribute.objects.filter(participant=participant).delete()
    participant.first_name, participant.slot = None, ""
    participant.hours_start = participant.hours_end = None
    participant.save(update_fields=["first_name", "slot", "hours_start", "hours_end"])
