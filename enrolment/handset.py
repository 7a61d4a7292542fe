"""The simulated handset: its numbers, its thread. Only senders on a fake provider have one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.models import Campaign, CampaignVersion
from enrolment.inviting import InviteRefused
from enrolment.inviting import invite as invite_one
from enrolment.models.enrolment import Enrolment
from enrolment.models.invitation import Invitation
from messaging import inbox
from messaging.models import InboundMessage, Message, Recipient, Sender

#: Ofcom keeps this range for drama; nobody has such a number.
_FIRST_NUMBER = 447700900000
_NUMBERS = 1000

#: What the handset has received: the network accepted it.
_ARRIVED = (Message.Status.ACCEPTED, Message.Status.SENT, Message.Status.DELIVERED)


class NoNumberLeft(Exception):
    """All thousand invented numbers are taken."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text on the screen. `ours` is true for texts the programme sent."""

    at: datetime
    body: str
    ours: bool
    order: int


@dataclass(frozen=True, slots=True)
class Handset:
    """What the page shows beside the thread. Times are local to the participant."""

    recipient: Recipient
    sender: Sender
    clock: datetime
    zone: str
    enrolment: Enrolment | None
    bubbles: Sequence[Bubble]


def take_number(*, sender: Sender) -> Recipient:
    """A number nobody has texted from yet. Raises NoNumberLeft."""
    taken = {
        recipient.number
        for recipient in Recipient.objects.filter(organisation_id=sender.organisation_id)
    }
    for offset in range(_NUMBERS):
        number = f"+{_FIRST_NUMBER + offset}"
        if number not in taken:
            return inbox.recipient_for(organisation_id=sender.organisation_id, number=number)
    raise NoNumberLeft


def invite(*, campaign: Campaign, number: str, how: str, now: datetime) -> None:
    """Raises InviteRefused."""
    version = campaign.versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
    if version is None:
        raise InviteRefused(Invitation.Refusal.NOT_OPEN)
    language = version.default_language
    invite_one(version=version, number=number, language=language, channel=how, now=now)


def handset(*, recipient: Recipient, sender: Sender, now: datetime) -> Handset:
    enrolment = (
        Enrolment.objects.filter(participant__recipient=recipient)
        .select_related("participant", "campaign", "version")
        .order_by("-pk")
        .first()
    )
    zone = enrolment.participant.time_zone if enrolment else sender.organisation.time_zone
    return Handset(
        recipient=recipient,
        sender=sender,
        clock=now.astimezone(ZoneInfo(zone)),
        zone=zone,
        enrolment=enrolment,
        bubbles=_thread(recipient, ZoneInfo(zone)),
    )


def _thread(recipient: Recipient, zone: ZoneInfo) -> list[Bubble]:
    sent = [
        Bubble(message.settled_at.astimezone(zone), message.body.text or "", True, message.pk)
        for message in Message.objects.filter(
            recipient=recipient, status__in=_ARRIVED, settled_at__isnull=False
        ).select_related("body")
        if message.settled_at is not None
    ]
    texted = [
        Bubble(inbound.received_at.astimezone(zone), inbound.body or "", False, inbound.pk)
        for inbound in InboundMessage.objects.filter(recipient=recipient)
    ]
    return sorted(sent + texted, key=lambda bubble: (bubble.at, bubble.ours, bubble.order))
