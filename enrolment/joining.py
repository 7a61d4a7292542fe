"""Coming in: a JOIN text makes a participant, an enrolment and the evidence of consent."""

import secrets
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign, CampaignVersion
from campaigns.rules import ENROLMENT_ANCHOR, JOINED_ANCHOR
from enrolment import allocating, anchors, company, consents
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from enrolment.state import JUST_BEFORE
from messaging import coming_back
from messaging.models import Recipient
from trust import audit


@transaction.atomic
def join(
    *,
    version: CampaignVersion,
    recipient: Recipient,
    language: str,
    channel: str,
    exact_text: str,
    now: datetime,
    is_test: bool = False,
    participant: Participant | None = None,
    is_newcomer: bool = False,
) -> Enrolment:
    """A new enrolment, joining: of `participant`, else of whoever has the number, else or with
    `is_newcomer` of somebody new. The caller holds the recipient's row lock.

    JOIN is the person's own word, so it lifts an earlier opt-out of the number; the consent row
    keeps who, when and in which words.
    """
    coming_back.lift(recipient=recipient, source="join", now=now)
    enrolment = enrol(
        version=version,
        recipient=recipient,
        language=language,
        now=now,
        is_test=is_test,
        participant=participant,
        is_newcomer=is_newcomer,
    )
    consents.record(
        enrolment=enrolment,
        scope=Consent.Scope.SERVICE,
        is_given=True,
        channel=channel,
        exact_text=exact_text,
        now=now,
    )
    return enrolment


@transaction.atomic
def enrol(
    *,
    version: CampaignVersion,
    recipient: Recipient,
    language: str,
    now: datetime,
    is_test: bool = False,
    participant: Participant | None = None,
    is_newcomer: bool = False,
) -> Enrolment:
    """The rows alone: whoever calls has the consent, or asks for it. The caller holds the
    recipient's row lock. `is_test`: left out of every figure; a test participant's always is."""
    if participant is None and not is_newcomer:
        participant = _known(version.campaign, recipient)
    if participant is None:
        participant = _newcomer(version.campaign, recipient, language, now, is_test=is_test)
    elif participant.enrolments.filter(status__in=Enrolment.OPEN).exists():
        # From now on caps, gap and the open question are reckoned over both campaigns.
        participant.is_shared = True
        participant.save(update_fields=["is_shared"])
    load = company.load_left_behind(recipient.pk, now)
    enrolment = Enrolment.objects.create(
        campaign=version.campaign,
        participant=participant,
        version=version,
        seed=secrets.randbelow(2**31),
        profile=version.default_profile,
        is_test=is_test or participant.is_test,
        enrolled_at=now,
        heard_at=now,
        load_day=load.day,
        load=list(load.counts),
        last_text_at=load.last_at,
    )
    audit.record(verb="enrolment.join", subject=enrolment)
    return enrolment


def _known(campaign: Campaign, recipient: Recipient) -> Participant | None:
    """Whoever the number belongs to; of several, who was in this campaign last, else the newest."""
    found = company.people(recipient.pk)
    here = Enrolment.objects.filter(campaign=campaign, participant__in=found).order_by("-pk")
    last = here.values_list("participant_id", flat=True).first()
    return next((row for row in found if row.pk == last), found[-1] if found else None)


def _newcomer(
    campaign: Campaign, recipient: Recipient, language: str, now: datetime, *, is_test: bool
) -> Participant:
    """Somebody new, who sees nothing of what was texted before she came."""
    since = now if company.was_anybody_there(recipient.pk) else None
    participant = Participant.objects.create(
        organisation_id=campaign.organisation_id,
        recipient=recipient,
        behind_since=since,
        language=language,
        time_zone=campaign.time_zone,
        is_test=is_test,
        created_at=now,
    )
    if since is not None:
        company.refresh(recipient.pk)
        participant.refresh_from_db(fields=["has_company", "is_shared"])
    return participant


@transaction.atomic
def activate(*, enrolment: Enrolment, now: datetime) -> None:
    """Onboarding is through: she is allocated where a trial is running, and the journey's clock
    starts. The caller holds the row lock."""
    moved = enrolment.move_to(
        Enrolment.Status.ACTIVE,
        started_at=now,
        planned_from=now,
        planned_through=now - JUST_BEFORE,
    )
    assert moved, "only someone who is joining becomes active here"
    later = allocating.allocate(enrolment=enrolment, now=now)
    # Asked of the rows: a text that can't be worded yet holds up no person.
    if enrolment.version.stages.filter(anchor=JOINED_ANCHOR).exists():
        anchors.add_event(enrolment=enrolment, kind=JOINED_ANCHOR, source="onboarding", now=now)
    anchors.add_event(
        enrolment=enrolment,
        kind=ENROLMENT_ANCHOR,
        source="onboarding",
        now=now,
        at=now + later,
    )
    audit.record(verb="enrolment.activate", subject=enrolment)


@transaction.atomic
def mark_ineligible(*, enrolment: Enrolment, reason: str, now: datetime) -> None:
    """Screened out: kept apart from those who left, so that the eligible share can be told."""
    enrolment.move_to(
        Enrolment.Status.INELIGIBLE,
        ended_at=now,
        exit_reason=reason,
        question="",
        asked_at=None,
        next_due_at=None,
    )
    audit.record(verb="enrolment.ineligible", subject=enrolment)
