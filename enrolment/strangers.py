"""Numbers in no campaign: which of them are answered, and how many.

Whoever texts from a number that earns on each text it gets (SMS pumping) should find nobody here.
"""

from datetime import datetime, timedelta

from enrolment.models.participant import Participant
from messaging.addresses import country_of
from messaging.models import InboundMessage, Message, Sender

_DAY = timedelta(hours=24)


def is_served(*, sender: Sender, number: str) -> bool:
    """Whether the number is of one of the sender's countries."""
    return country_of(number) in (sender.country, *sender.other_countries)


def may_be_answered(*, inbound: InboundMessage) -> bool:
    """Whoever was in a campaign once is no stranger."""
    if is_served(sender=inbound.sender, number=inbound.recipient.number or ""):
        return True
    return Participant.objects.filter(recipient_id=inbound.recipient_id).exists()


def are_too_many(*, sender: Sender, now: datetime) -> bool:
    """Whether so many of them were answered within a day as the sender is willing to pay for."""
    answered = Message.objects.filter(
        sender=sender,
        cause_kind=Message.CauseKind.INBOUND,
        kind__in=(Message.Kind.HELP, Message.Kind.REPLY),
        created_at__gt=now - _DAY,
        recipient__participants=None,
    )
    return answered.count() >= sender.strangers_per_day
