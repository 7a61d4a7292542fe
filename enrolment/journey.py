"""The first pure heart: content, one enrolment's state and an instant -> what is now due.

The tick, the ledger audit and the property tests all call `plan`; nothing else decides what a
person gets. A step comes due once for each occurrence of its anchor in an attempt. What lies
before the attempt's start never came due: a late joiner starts at her own offset.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from campaigns.content import EVENT_ANCHORS, SLIP_ANCHOR, Content, LateRule, StepRule, Track
from campaigns.schedule import (
    ONE_DAY,
    closing,
    drawn_instant,
    is_allowed,
    local_day,
    next_allowed,
    steady_midnight,
)

#: How long the slip texts take the place of the core ones.
SLIP_PATH = timedelta(hours=48)
#: A step that may wait for the next window is let go when even that is further off than this.
LONGEST_WAIT = timedelta(hours=36)


class Verdict(StrEnum):
    QUEUED = "queued"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"


class Reason(StrEnum):
    NONE = ""
    LATE = "late"
    SLIP_PATH = "slip_path"
    NEWER_STEP_DUE = "newer_step_due"
    MISSING_VALUE = "missing_value"


@dataclass(frozen=True, slots=True)
class AnchorAt:
    """One occurrence of an anchor: a local date, or for event anchors a moment."""

    kind: str
    occurrence: int
    day: date | None = None
    instant: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """All the journey knows of one enrolment.

    planned_through: every step that came due up to this instant has its Decision. Before the first
        tick it is the last instant before `started_at`, so that nothing earlier ever comes due.
    decided: (step key, occurrence) of this attempt; needed only once anchors or the version have
        moved (`replanning`), for then a decided step may lie after `planned_through` again.
    """

    enrolment_id: int
    attempt: int
    seed: int
    zone: str
    slot: str
    started_at: datetime
    planned_through: datetime
    anchors: tuple[AnchorAt, ...]
    decided: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """One step that came due, and what is decided for it. Times are UTC."""

    step: StepRule
    occurrence: int
    due_at: datetime
    local_date: date
    verdict: Verdict
    reason: Reason
    not_before: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """postponed: nothing was decided because of a fault; `planned_through` must not move."""

    dues: tuple[Due, ...]
    next_due_at: datetime | None
    postponed: bool = False


def plan(content: Content, state: State, now: datetime) -> Plan:
    """Everything due in (planned_through, now], oldest first, and when to look again."""
    zone = ZoneInfo(state.zone)
    near = [
        (moment, step.key, occurrence, step)
        for moment, step, occurrence in _candidates(content, state, now, zone)
        if moment > state.planned_through and (step.key, occurrence) not in state.decided
    ]
    ripe = sorted(found for found in near if found[0] <= now)
    newest = ripe[-1][0] if ripe else now
    dues = tuple(
        _decide(content, state, step, occurrence, moment, now, zone, newest)
        for moment, _, occurrence, step in ripe
    )
    soon = min((found[0] for found in near if found[0] > now), default=None)
    return Plan(dues=dues, next_due_at=_next_due(content, state, now, zone, soon))


def due_between(content: Content, state: State, until: datetime) -> Iterator[tuple[str, int]]:
    """(step key, occurrence) of every step that has come due since the attempt began."""
    zone = ZoneInfo(state.zone)
    for anchor in state.anchors:
        for step, moment in _moments(content, state, anchor, zone, state.started_at, until):
            if state.started_at <= moment <= until:
                yield step.key, anchor.occurrence


def _candidates(
    content: Content, state: State, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, StepRule, int]]:
    for anchor in state.anchors:
        for step, moment in _moments(content, state, anchor, zone, state.planned_through, now):
            yield moment, step, anchor.occurrence


def _moments(
    content: Content,
    state: State,
    anchor: AnchorAt,
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
) -> Iterator[tuple[StepRule, datetime]]:
    """The steps of one anchor that can fall between two instants."""
    if anchor.kind in EVENT_ANCHORS:
        for step in content.event_steps.get(anchor.kind, ()):
            yield step, _event_moment(content, anchor, step, zone)
        return
    timeline = content.timelines.get(anchor.kind)
    if timeline is None or anchor.day is None:
        return
    start, end = local_day(since, zone), local_day(until, zone)
    if steady_midnight(start - ONE_DAY, zone) is None:
        # A clock change can push a step of the day before into this one.
        start -= ONE_DAY
    first, last = (start - anchor.day).days, (end - anchor.day).days
    for step in timeline.between(first, last):
        yield step, _day_moment(content, state, anchor.day, step, zone)


def _day_moment(
    content: Content, state: State, day: date, step: StepRule, zone: ZoneInfo
) -> datetime:
    assert step.day is not None, "a day step has a day"
    day += timedelta(days=step.day)
    slot = content.slot(step.slot, state.slot)
    moment = drawn_instant(day, slot, state.seed, step.key, zone)
    if content.slots_fit and steady_midnight(day, zone) is not None:
        return moment
    # A slot inside a spring gap can end up outside the hours.
    return next_allowed(moment, content.hours, zone)


def _event_moment(content: Content, anchor: AnchorAt, step: StepRule, zone: ZoneInfo) -> datetime:
    """Minutes after a moment. At night the count starts at the next opening, so order holds."""
    assert anchor.instant is not None
    assert step.after is not None
    opening = next_allowed(anchor.instant.astimezone(UTC), content.hours, zone)
    return next_allowed(opening + step.after, content.hours, zone)


def _decide(
    content: Content,
    state: State,
    step: StepRule,
    occurrence: int,
    due_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    newest: datetime,
) -> Due:
    verdict, reason, not_before = _verdict(content, state, step, due_at, now, zone, newest)
    shelf_ends = max(not_before, due_at) + step.shelf
    valid_until = min(shelf_ends, closing(not_before, content.hours, zone))
    return Due(
        step=step,
        occurrence=occurrence,
        due_at=due_at,
        local_date=local_day(due_at, zone),
        verdict=verdict,
        reason=reason,
        not_before=not_before,
        valid_until=valid_until,
    )


def _verdict(
    content: Content,
    state: State,
    step: StepRule,
    due_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    newest: datetime,
) -> tuple[Verdict, Reason, datetime]:
    if step.track is Track.CORE and not step.question and _on_slip_path(state, due_at):
        return Verdict.SUPPRESSED, Reason.SLIP_PATH, due_at
    if now <= due_at + step.shelf and is_allowed(now, content.hours, zone):
        return Verdict.QUEUED, Reason.NONE, due_at
    if step.late is LateRule.DROP_IF_NEWER and newest > due_at:
        return Verdict.SUPERSEDED, Reason.NEWER_STEP_DUE, due_at
    window = next_allowed(now, content.hours, zone)
    if step.late is LateRule.SKIP or window - due_at > LONGEST_WAIT:
        return Verdict.SUPPRESSED, Reason.LATE, due_at
    return Verdict.QUEUED, Reason.LATE, window


def _on_slip_path(state: State, moment: datetime) -> bool:
    return any(
        anchor.kind == SLIP_ANCHOR
        and anchor.instant is not None
        and anchor.instant <= moment < anchor.instant + SLIP_PATH
        for anchor in state.anchors
    )


def _next_due(
    content: Content, state: State, now: datetime, zone: ZoneInfo, soon: datetime | None
) -> datetime | None:
    """`soon` is the first step after `now` among those just looked at: all that is left of today,
    and every event step. Later days are looked at only when it is not today."""
    if soon is not None and local_day(soon, zone) == local_day(now, zone):
        return soon
    found = [] if soon is None else [soon]
    for anchor in state.anchors:
        if anchor.kind not in EVENT_ANCHORS:
            found += _next_on_days(content, state, anchor, now, zone)
    return min(found, default=None)


def _next_on_days(
    content: Content, state: State, anchor: AnchorAt, now: datetime, zone: ZoneInfo
) -> list[datetime]:
    """The anchor's steps on the first later day that has any undecided."""
    timeline = content.timelines.get(anchor.kind)
    if timeline is None or anchor.day is None:
        return []
    earliest: list[datetime] = []
    tomorrow = (local_day(now, zone) - anchor.day).days + 1
    for day, steps in timeline.following(tomorrow):
        earliest += [
            moment
            for step in steps
            if (step.key, anchor.occurrence) not in state.decided
            and (moment := _day_moment(content, state, anchor.day, step, zone)) > now
        ]
        # A clock change can push one day's step past the next day's first: then look a day on.
        if earliest and steady_midnight(anchor.day + timedelta(days=day), zone) is not None:
            break
    return earliest
