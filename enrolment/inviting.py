"""Signed up by somebody else: a web form, a referral, a missed call, another system.

Whoever types a number may type the wrong one, or mean ill. So the number gets one neutral question,
nothing is planned, and only its own YES is a consent (double opt-in).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from campaigns.models import Campaign, CampaignVersion
from campaigns.own_questions import CONSENT
from enrolment import company, saying, strangers
from enrolment.joining import enrol
from enrolment.models.api_token import ApiToken
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.models.invitation import Invitation
from messaging import inbox
from messaging.models import Recipient
from messaging.optout import is_opted_out
from trust import audit
from trust.models import User

log = structlog.get_logger(__name__)

#: A number that has not answered, or has declined, is not asked again for so long.
NOT_AGAIN_WITHIN = timedelta(days=30)
_AT_ONCE = 200
_Refusal = Invitation.Refusal


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever hands somebody in tells of it: on which day she asked, and who sent her."""

    on: date | None = None
    by: str = ""


NOTHING_TOLD = Told()


class InviteRefused(Exception):
    """`reason` is one of Invitation.Refusal."""

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
    first_name: str = "",
    told: Told = NOTHING_TOLD,
    actor: User | None = None,
    is_test: bool = False,
    is_newcomer: bool = False,
    is_cared_for: bool = False,
) -> Enrolment:
    """An enrolment that waits for its YES, and the question queued. `is_newcomer`: somebody else
    than whoever the number has been so far. `is_cared_for`: the number is a caregiver's, whose yes
    it takes, and the texts speak of `first_name`. Raises InviteRefused, which leaves nothing
    behind, and ValueError where the number is not E.164."""
    if version.status != CampaignVersion.Status.PUBLISHED or channel == Consent.Channel.SMS:
        raise InviteRefused(_Refusal.NOT_OPEN)
    invitation = note(
        campaign=version.campaign,
        number=number,
        language=language,
        channel=channel,
        first_name=first_name,
        told=told,
        is_test=is_test,
        actor=actor,
        now=now,
    )
    return _ask(invitation, version, now, is_newcomer=is_newcomer, is_cared_for=is_cared_for)


@transaction.atomic
def note(
    *,
    campaign: Campaign,
    number: str,
    language: str,
    channel: str,
    now: datetime,
    first_name: str = "",
    told: Told = NOTHING_TOLD,
    is_test: bool = False,
    actor: User | None = None,
    token: ApiToken | None = None,
    idempotency_key: str = "",
    digest: str = "",
) -> Invitation:
    """Written down for `ask_noted`: whoever hands it in learns nothing of the number, not even by
    the time it takes."""
    organisation_id = campaign.organisation_id
    return Invitation.objects.create(
        campaign=campaign,
        recipient=inbox.recipient_for(organisation_id=organisation_id, number=number),
        channel=channel,
        language=language,
        first_name=first_name or None,
        asked_on=told.on,
        referrer=told.by,
        is_test=is_test,
        invited_at=now,
        invited_by=actor,
        token=token,
        idempotency_key=idempotency_key,
        digest=digest,
    )


def ask_noted(*, now: datetime) -> int:
    """Asks those that were noted, or notes why not; how many. Each in a transaction of its own, at
    most 200 at once."""
    pending = Invitation.objects.filter(status=Invitation.Status.PENDING).order_by("pk")
    return sum(_ask_one(pk, now) for pk in list(pending.values_list("pk", flat=True)[:_AT_ONCE]))


@transaction.atomic
def take_name(*, enrolment: Enrolment, is_given: bool) -> None:
    """Once the number has answered: the name goes to its person, or nowhere. The caller holds the
    row locks."""
    invitation = Invitation.objects.filter(enrolment=enrolment, first_name__isnull=False).first()
    if invitation is None:
        return
    participant = enrolment.participant
    if is_given and not participant.first_name:
        participant.first_name = invitation.first_name
        participant.save(update_fields=["first_name"])
    Invitation.objects.filter(pk=invitation.pk).update(first_name=None)


def _ask_one(invitation_id: int, now: datetime) -> bool:
    invitation = Invitation.objects.select_related("campaign__sender", "recipient").get(
        pk=invitation_id
    )
    try:
        with transaction.atomic():
            version = invitation.campaign.versions.filter(
                status=CampaignVersion.Status.PUBLISHED
            ).first()
            if version is None:
                raise InviteRefused(_Refusal.NOT_OPEN)
            version.campaign = invitation.campaign
            _ask(invitation, version, now)
            return True
    except InviteRefused as refused:
        return _refuse(invitation, refused.reason)
    except (OperationalError, InterfaceError) as error:
        # The database's trouble, not the invitation's: it stays pending for the next look.
        log.warning("invitation_waits", invitation_id=invitation_id, error=type(error).__name__)
        return False
    except Exception:
        # One that can't be asked must not hold up those behind it.
        log.exception("invitation_broke", invitation_id=invitation_id)
        return _refuse(invitation, _Refusal.FAULT)


@transaction.atomic
def _refuse(invitation: Invitation, reason: str) -> bool:
    moved = invitation.move_to(Invitation.Status.REFUSED, refusal=reason, first_name=None)
    if moved:
        audit.record(verb="invitation.refuse", subject=invitation, detail={"reason": reason})
    return moved


def _ask(
    invitation: Invitation,
    version: CampaignVersion,
    now: datetime,
    *,
    is_newcomer: bool = False,
    is_cared_for: bool = False,
) -> Enrolment:
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=invitation.recipient_id)
    if refusal := refusal_of(version, recipient, now, is_newcomer=is_newcomer):
        raise InviteRefused(refusal)
    enrolment = enrol(
        version=version,
        recipient=recipient,
        language=invitation.language,
        now=now,
        is_test=invitation.is_test,
        is_newcomer=is_newcomer,
    )
    if is_newcomer or is_cared_for:
        # The question itself says whom it is about.
        participant = enrolment.participant
        participant.first_name, participant.is_cared_for = invitation.first_name, is_cared_for
        participant.save(update_fields=["first_name", "is_cared_for"])
    moved = invitation.move_to(Invitation.Status.ASKED, enrolment=enrolment)
    assert moved, "its number is locked, and it was pending"
    enrolment.question, enrolment.asked_at = CONSENT, now
    enrolment.save(update_fields=["question", "asked_at"])
    saying.ask_unasked(enrolment=enrolment, question=CONSENT, key=f"invite:{enrolment.pk}", now=now)
    audit.record(
        verb="enrolment.invite",
        subject=enrolment,
        actor=invitation.invited_by,
        detail={"channel": invitation.channel, "invitation": invitation.pk},
    )
    return enrolment


def refusal_of(
    version: CampaignVersion, recipient: Recipient, now: datetime, *, is_newcomer: bool = False
) -> str:
    """Why this number may not be asked or signed up, one of Invitation.Refusal; empty: it may. The
    caller holds the recipient's row lock."""
    if recipient.number is None or is_opted_out(recipient=recipient):
        return _Refusal.OPTED_OUT
    if not strangers.is_served(sender=version.campaign.sender, number=recipient.number):
        return _Refusal.COUNTRY
    theirs = Enrolment.objects.filter(
        campaign_id=version.campaign_id, participant__recipient=recipient
    )
    if is_newcomer and len(company.people(recipient.pk)) >= company.MOST:
        return _Refusal.FULL
    if not is_newcomer and theirs.filter(status__in=Enrolment.OPEN).exists():
        return _Refusal.ALREADY_IN
    lately = theirs.filter(
        exit_reason__in=("declined", "not_answered"), ended_at__gt=now - NOT_AGAIN_WITHIN
    )
    return _Refusal.ASKED_LATELY if lately.exists() else ""
