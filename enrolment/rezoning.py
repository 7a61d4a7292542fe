"""When a person's texts come: her time zone, her hours, her time of day; what is queued follows."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.schedule import Span, instant_at, next_allowed
from enrolment import belonging, remembering
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from messaging import retiming
from messaging.models import Message
from messaging.retiming import Times


@transaction.atomic
def set_when(
    *, enrolment: Enrolment, zone: str, hours: Span | None, slot: str, now: datetime
) -> bool:
    """`hours`: None for the campaign's. False when all of it was so before. A queued text keeps the
    wall time it had; one that would be over by now goes in the next hours, and none is lost.

    The caller holds the row locks of the recipient and of her open enrolments."""
    participant = enrolment.participant
    before, changed = participant.time_zone, False
    if zone != before:
        remembering.set_zone(enrolment=enrolment, zone=zone, now=now)
        changed = True
    if hours != own_hours(participant):
        if hours is None:
            remembering.set_usual_hours(enrolment=enrolment, now=now)
        else:
            remembering.set_hours(enrolment=enrolment, start=hours.start, end=hours.end, now=now)
        changed = True
    if slot != participant.slot:
        content = compiled(enrolment.version)
        remembering.set_attribute(
            enrolment=enrolment, content=content, name="slot", value=slot, now=now
        )
        changed = True
    if changed:
        _retime(participant, enrolment, ZoneInfo(before), now)
    return changed


def own_hours(participant: Participant) -> Span | None:
    start, end = participant.hours_start, participant.hours_end
    return None if start is None or end is None else Span(start, end)


def hours_for(enrolment: Enrolment) -> Span:
    """The campaign's, narrowed by the person's own where the two overlap."""
    usual, own = compiled(enrolment.version).hours, own_hours(enrolment.participant)
    if own is None:
        return usual
    start, end = max(usual.start, own.start), min(usual.end, own.end)
    return Span(start, end) if start < end else usual


def _retime(
    participant: Participant, enrolment: Enrolment, before: ZoneInfo, now: datetime
) -> None:
    waiting = belonging.texts_to(participant).filter(
        status=Message.Status.QUEUED, hours_start__isnull=False
    )
    messages = list(waiting)
    hours = _hours_of(participant, messages)
    usual, zone = hours_for(enrolment), ZoneInfo(participant.time_zone)
    retiming.retime(
        texts=[
            _moved(message, hours.get(message.cause_key, usual), before, zone, now)
            for message in messages
        ]
    )


def _hours_of(participant: Participant, messages: list[Message]) -> Mapping[str, Span]:
    """By the Decision a text was planned by: those of its campaign."""
    keys = [row.cause_key for row in messages if row.cause_kind == Message.CauseKind.DECISION]
    decisions = Decision.objects.filter(pk__in=keys).select_related(
        "enrolment__version__campaign", "enrolment__campaign"
    )
    found: dict[str, Span] = {}
    for decision in decisions:
        decision.enrolment.participant = participant
        found[str(decision.pk)] = hours_for(decision.enrolment)
    return found


def _moved(message: Message, hours: Span, before: ZoneInfo, zone: ZoneInfo, now: datetime) -> Times:
    kept = message.not_before
    if before.key != zone.key:
        wall = message.not_before.astimezone(before)
        kept = instant_at(wall.date(), wall.time(), zone)
    start = next_allowed(max(kept, now), hours, zone)
    shelf = message.valid_until - message.not_before
    return Times(message.pk, start, start + shelf, (hours.start, hours.end), zone.key)
