"""Signed up by somebody else: a web form, a referral, a missed call, another system.

Whoever types a number may type the wrong one, or mean ill. So the number gets one neutral question,
nothing is planned, and only its own YES is a consent (double opt-in).
"""

from datetime import datetime, timedelta

from django.db import transaction

from campaigns.models import CampaignVersion
from campaigns.own_questions import CONSENT
from enrolment import company, saying, strangers
from enrolment.joining import enrol
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from messaging import inbox
from messaging.models import Recipient
from messaging.optout import is_opted_out
from trust import audit
from trust.models import User

#: A number that has not answered, or has declined, is not asked again for so long.
NOT_AGAIN_WITHIN = timedelta(days=30)


class InviteRefused(Exception):
    """`reason` is a word: opted_out, country, already_in, asked_lately, full, not_open."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def invite(
    *,
    version: CampaignVersion,
    number: str,
    language: str,
    channel: str,
    now: datetime,
    actor: User | None = None,
    is_test: bool = False,
    is_newcomer: bool = False,
    first_name: str = "",
    is_cared_for: bool = False,
) -> Enrolment:
    """An enrolment that waits for its YES, and the question queued. `is_newcomer`: somebody else
    than whoever the number has been so far. `is_cared_for`: the number is a caregiver's, whose yes
    it takes, and the texts speak of `first_name`. Raises InviteRefused, and
    ValueError where the number is not E.164."""
    if version.status != CampaignVersion.Status.PUBLISHED or channel == Consent.Channel.SMS:
        raise InviteRefused("not_open")
    found = inbox.recipient_for(organisation_id=version.campaign.organisation_id, number=number)
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=found.pk)
    if refusal := _refusal(version, recipient, now, is_newcomer=is_newcomer):
        raise InviteRefused(refusal)
    enrolment = enrol(
        version=version,
        recipient=recipient,
        language=language,
        now=now,
        is_test=is_test,
        is_newcomer=is_newcomer,
    )
    participant = enrolment.participant
    if first_name or is_cared_for:
        participant.first_name, participant.is_cared_for = first_name or None, is_cared_for
        participant.save(update_fields=["first_name", "is_cared_for"])
    enrolment.question, enrolment.asked_at = CONSENT, now
    enrolment.save(update_fields=["question", "asked_at"])
    saying.ask_unasked(enrolment=enrolment, question=CONSENT, key=f"invite:{enrolment.pk}", now=now)
    audit.record(
        verb="enrolment.invite", subject=enrolment, actor=actor, detail={"channel": channel}
    )
    return enrolment


def _refusal(
    version: CampaignVersion, recipient: Recipient, now: datetime, *, is_newcomer: bool
) -> str:
    if is_opted_out(recipient=recipient):
        return "opted_out"
    if not strangers.is_served(sender=version.campaign.sender, number=recipient.number or ""):
        return "country"
    theirs = Enrolment.objects.filter(
        campaign_id=version.campaign_id, participant__recipient=recipient
    )
    if is_newcomer and len(company.people(recipient.pk)) >= company.MOST:
        return "full"
    if not is_newcomer and theirs.filter(status__in=Enrolment.OPEN).exists():
        return "already_in"
    lately = theirs.filter(
        exit_reason__in=("declined", "not_answered"), ended_at__gt=now - NOT_AGAIN_WITHIN
    )
    return "asked_lately" if lately.exists() else ""
