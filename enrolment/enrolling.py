"""Signed up by staff with a consent that was given elsewhere: on paper, or to the programme these
people come from. The evidence goes into the ledger as it is told; without it nobody is enrolled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.models import CampaignVersion
from campaigns.schedule import instant_at
from enrolment import consents, joining, saying
from enrolment.answers import next_question
from enrolment.inviting import InviteRefused, Told, note, refusal_of
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.models.invitation import Invitation
from messaging import inbox
from messaging.models import Recipient
from trust import audit
from trust.models import User

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`channel`: of Consent.Channel. `reference`: where the yes can be read, or its words.
    `scopes`: what it was a yes to."""

    channel: str
    given_on: date
    reference: str = field(repr=False)
    scopes: Sequence[str] = (Consent.Scope.SERVICE,)


@transaction.atomic
def enrol_on_paper(
    *,
    version: CampaignVersion,
    number: str,
    language: str,
    evidence: Evidence,
    actor: User,
    now: datetime,
    first_name: str = "",
    referrer: str = "",
    is_test: bool = False,
) -> Enrolment:
    """Joins as by the word itself: the first question of joining is on its way; beside the others
    who were handed in stands who sent her. Raises InviteRefused, which leaves nothing behind, and
    ValueError where the number is not E.164."""
    enrolment = take_in(
        version=version,
        number=number,
        language=language,
        evidence=evidence,
        actor=actor,
        now=now,
        first_name=first_name,
        is_test=is_test,
    )
    handed_in = note(
        campaign=version.campaign,
        number=number,
        language=language,
        channel=evidence.channel,
        told=Told(evidence.given_on, referrer),
        is_test=is_test,
        actor=actor,
        now=now,
    )
    handed_in.move_to(Invitation.Status.ASKED, enrolment=enrolment)
    first = next_question(compiled(version))
    if first is None:
        joining.activate(enrolment=enrolment, now=now)
        return enrolment
    enrolment.question, enrolment.asked_at = first, now
    enrolment.save(update_fields=["question", "asked_at"])
    saying.ask_unasked(enrolment=enrolment, question=first, key=f"enrol:{enrolment.pk}", now=now)
    return enrolment


@transaction.atomic
def take_in(
    *,
    version: CampaignVersion,
    number: str,
    language: str,
    evidence: Evidence,
    actor: User | None,
    now: datetime,
    first_name: str,
    is_test: bool,
) -> Enrolment:
    """The rows, joining, and the consent in the ledger; nothing is asked or begun yet. Holds the
    number's row lock until the caller's transaction ends. Raises as `enrol_on_paper`."""
    assert evidence.reference, "no consent is made up"
    campaign = version.campaign
    if version.status != CampaignVersion.Status.PUBLISHED:
        raise InviteRefused(Invitation.Refusal.NOT_OPEN)
    recipient = locked_number(campaign.organisation_id, number)
    if refusal := refusal_of(version, recipient, now):
        raise InviteRefused(refusal)
    enrolment = joining.enrol(
        version=version, recipient=recipient, language=language, now=now, is_test=is_test
    )
    participant = enrolment.participant
    if first_name and not participant.first_name:
        participant.first_name = first_name
        participant.save(update_fields=["first_name"])
    said_at = instant_at(evidence.given_on, _NOON, ZoneInfo(campaign.time_zone))
    for scope in evidence.scopes:
        consents.record(
            enrolment=enrolment,
            scope=scope,
            is_given=True,
            channel=evidence.channel,
            exact_text=evidence.reference,
            actor=actor,
            now=min(now, said_at),
        )
    audit.record(
        verb="enrolment.enrol",
        subject=enrolment,
        actor=actor,
        detail={"channel": evidence.channel, "consent": "given before"},
    )
    return enrolment


def scopes_of(*, calls: bool) -> tuple[str, ...]:
    """Of a paper that is a yes to the texts, and perhaps to a call."""
    texts = Consent.Scope.SERVICE
    return (texts, Consent.Scope.FOLLOW_UP_CALL) if calls else (texts,)


def locked_number(organisation_id: int, number: str) -> Recipient:
    """ValueError when the number is not E.164."""
    found = inbox.recipient_for(organisation_id=organisation_id, number=number)
    return Recipient.objects.select_for_update(no_key=True).get(pk=found.pk)
