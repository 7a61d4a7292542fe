"""Which planned text comes next to one person, when, and why then. Reads one row already loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.calendars import calendar_of
from campaigns.content import Content
from campaigns.rules import StepRule
from campaigns.schedule import Span
from enrolment import journey, person_words
from enrolment.models.enrolment import Enrolment
from enrolment.state import USUAL_WEEK, AnchorAt, State


@dataclass(frozen=True, slots=True)
class Coming:
    """`why`: as in "3 days after the quit day, morning (09:00-09:30)"."""

    at: datetime
    step: str
    why: str
    if_condition: bool


def next_text(
    *, enrolment: Enrolment, content: Content, anchors: Sequence[AnchorAt], now: datetime
) -> Coming | None:
    """None where nothing is planned, or the tick is about to look. Caps, gap and conditions are
    asked only when it comes due."""
    until = enrolment.next_due_at
    if enrolment.status != Enrolment.Status.ACTIVE or until is None or until <= now:
        return None
    state = _state(enrolment, content, anchors, now)
    found = min(journey.due_until(content, state, until), key=lambda each: each[0], default=None)
    if found is None:
        return None
    at, step, _ = found
    return Coming(at, step.key, _why(content, state, step), step.when is not None)


def _state(
    enrolment: Enrolment, content: Content, anchors: Sequence[AnchorAt], now: datetime
) -> State:
    """Without what only a decision asks for."""
    assert enrolment.planned_from is not None, "a journey that is due has begun"
    assert enrolment.planned_through is not None, "a journey that is due has begun"
    participant, campaign = enrolment.participant, enrolment.campaign
    own_hours, days_off, stand = None, USUAL_WEEK, tuple(anchors)
    if participant.hours_start is not None and participant.hours_end is not None:
        own_hours = Span(participant.hours_start, participant.hours_end)
    if content.minds_calendar:
        found = calendar_of(campaign.organisation_id, campaign.country, today=now.date())
        days_off = found.days_off
        stand += tuple(AnchorAt(each.kind, each.edition, day=each.day) for each in found.dates)
    return State(
        enrolment_id=enrolment.pk,
        attempt=enrolment.attempt,
        seed=enrolment.seed,
        zone=participant.time_zone,
        slot=participant.slot,
        planned_from=enrolment.planned_from,
        planned_through=enrolment.planned_through,
        anchors=stand,
        profile=enrolment.profile,
        language=participant.language,
        own_hours=own_hours,
        rest_until=enrolment.rest_until,
        heard=enrolment.heard,
        heard_at=enrolment.heard_at,
        days_off=days_off,
    )


def _why(content: Content, state: State, step: StepRule) -> str:
    slots = content.slots_of.get(state.slot) or content.slots_of[""]
    span = slots.get(step.slot)
    slot = ""
    if span is not None:
        name = step.slot.replace("_", " ")
        slot = f"{name} ({span.start:%H:%M}\N{EN DASH}{span.end:%H:%M})"
    minutes = None if step.after is None else int(step.after.total_seconds() // 60)
    return person_words.why_then(day=step.day, minutes=minutes, kind=step.anchor, slot=slot)
