"""When a person's texts come: her time zone, her hours, her time of day; what is queued follows."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.rules import LateRule
from campaigns.schedule import Span, instant_at, next_allowed
from enrolment import belonging, remembering
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from enrolment.own_hours import REASON, Shelf
from messaging import outbox, retiming
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


@transaction.atomic
def set_hours(*, enrolment: Enrolment, hours: Span, now: datetime) -> None:
    """Asked for by herself: nothing planned comes outside them from now on, also of what is queued.
    A text whose time is over before they begin is let go, unless it may come late.

    The caller holds the row locks of the recipient and of her open enrolments."""
    remembering.set_hours(enrolment=enrolment, start=hours.start, end=hours.end, now=now)
    participant = enrolment.participant
    zone = ZoneInfo(participant.time_zone)
    messages = _waiting(participant)
    decisions = _decisions_of(participant, messages)
    kept, let_go = [], []
    for message in messages:
        decision = decisions.get(message.cause_key)
        own = hours_for(enrolment if decision is None else decision.enrolment)
        may_wait = decision is None or _may_come_late(decision)
        shelf = Shelf(message.not_before, message.valid_until, may_wait).within(own, zone, now)
        if shelf is None:
            let_go.append(message.cause_key)
        else:
            span = (own.start, own.end)
            kept.append(Times(message.pk, shelf.not_before, shelf.valid_until, span, zone.key))
    kind = Message.CauseKind.DECISION
    outbox.cancel(cause_kind=kind, cause_keys=let_go, reason=REASON, now=now)
    retiming.retime(texts=kept)


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
    messages = _waiting(participant)
    decisions = _decisions_of(participant, messages)
    hours = {key: hours_for(decision.enrolment) for key, decision in decisions.items()}
    usual, zone = hours_for(enrolment), ZoneInfo(participant.time_zone)
    retiming.retime(
        texts=[
            _moved(message, hours.get(message.cause_key, usual), before, zone, now)
            for message in messages
        ]
    )


def _waiting(participant: Participant) -> list[Message]:
    """What keeps to hours and is not settled. Locked by id, as a call may be settled meanwhile."""
    theirs = belonging.texts_to(participant)
    open_ones = theirs.filter(status__in=Message.OPEN, hours_start__isnull=False)
    return list(open_ones.select_for_update(no_key=True).order_by("pk"))


def _decisions_of(participant: Participant, messages: list[Message]) -> Mapping[str, Decision]:
    """Those that texts were planned by, whose campaign and step say what may become of them."""
    keys = [row.cause_key for row in messages if row.cause_kind == Message.CauseKind.DECISION]
    decisions = Decision.objects.filter(pk__in=keys).select_related(
        "version", "enrolment__version__campaign", "enrolment__campaign"
    )
    found: dict[str, Decision] = {}
    for decision in decisions:
        decision.enrolment.participant = participant
        found[str(decision.pk)] = decision
    return found


def _may_come_late(decision: Decision) -> bool:
    steps = compiled(decision.version).steps
    late = next((step.late for step in steps if step.key == decision.step_key), None)
    return late is None or late is LateRule.NEXT_WINDOW


def _moved(message: Message, hours: Span, before: ZoneInfo, zone: ZoneInfo, now: datetime) -> Times:
    kept = message.not_before
    if before.key != zone.key:
        wall = message.not_before.astimezone(before)
        kept = instant_at(wall.date(), wall.time(), zone)
    start = next_allowed(max(kept, now), hours, zone)
    shelf = message.valid_until - message.not_before
    return Times(message.pk, start, start + shelf, (hours.start, hours.end), zone.key)
