"""Which steps come due when: anchors, offsets and send times turned into instants. Pure.

Nothing is decided here. A step comes once for each occurrence of its anchor and each repetition.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.content import Content, Timeline
from campaigns.rules import REPEAT_STRIDE, SILENCE_ANCHOR, StageRule, StepRule, Track, entered_stage
from campaigns.schedule import (
    LONGEST_MOVE,
    ONE_DAY,
    Span,
    drawn_instant,
    local_day,
    next_allowed,
    steady_midnight,
)
from enrolment.state import AnchorAt, Entry, State

Found = tuple[datetime, StepRule, int]


def hours_of(content: Content, state: State) -> Span:
    """The campaign's hours, narrowed by the person's own where the two overlap."""
    own = state.own_hours
    if own is None:
        return content.hours
    start, end = max(content.hours.start, own.start), min(content.hours.end, own.end)
    return Span(start, end) if start < end else content.hours


def anchors_in(content: Content, state: State) -> tuple[AnchorAt, ...]:
    """The anchors of `state`, and the one that stands when nothing has been heard for long."""
    if content.silent is None or state.heard_at is None:
        return state.anchors
    silent = AnchorAt(SILENCE_ANCHOR, state.heard + 1, instant=state.heard_at + content.silent)
    return (*state.anchors, silent)


def hand_over(
    content: Content, anchors: tuple[AnchorAt, ...], now: datetime
) -> tuple[tuple[Entry, ...], tuple[AnchorAt, ...]]:
    """Stages entered by the clock up to `now`, and the anchors as they stand then.

    Publishing refuses stages that hand over in a circle, so this comes to an end.
    """
    entries: list[Entry] = []
    while (found := _next_hand_over(content, anchors)) is not None and found[0] <= now:
        at, stage = found
        anchors, entry = enter(content, anchors, stage.then_enter, at, leaving=stage.key)
        entries.append(entry)
    return tuple(entries), anchors


def enter(
    content: Content, anchors: tuple[AnchorAt, ...], stage: str, at: datetime, *, leaving: str = ""
) -> tuple[tuple[AnchorAt, ...], Entry]:
    """`stage` entered at `at`. It leaves `leaving`, and any path when it is a path itself."""
    kind = f"stage.{stage}"
    is_path = content.stages[stage].track is Track.PATH
    stand = tuple(
        _left(anchor, at) if _is_left(content, anchor, is_path, leaving) else anchor
        for anchor in anchors
    )
    occurrence = 1 + sum(anchor.kind == kind for anchor in anchors)
    return (*stand, AnchorAt(kind, occurrence, instant=at)), Entry(stage, occurrence, at)


def coming(
    content: Content,
    state: State,
    anchors: tuple[AnchorAt, ...],
    since: datetime,
    until: datetime,
) -> Iterator[Found]:
    """(when, step, occurrence) of all that can come due between the local days of two instants;
    some lie just outside them, so the caller compares."""
    zone = ZoneInfo(state.zone)
    hours = hours_of(content, state)
    profile = content.profile(state.profile)
    timelines, after_moments = content.timelines[profile], content.moments[profile]
    start, end = local_day(since, zone), local_day(until, zone)
    for anchor in anchors:
        if anchor.instant is not None:
            for step in after_moments.get(anchor.kind, ()):
                yield from _one(anchor, step, _after(anchor.instant, step, hours, zone))
        timeline = timelines.get(anchor.kind)
        if timeline is None:
            continue
        day = _first_day(anchor, zone)
        first = (start - day).days - _look_back(state, timeline, start, zone)
        for step in timeline.between(first, (end - day).days):
            yield from _one(anchor, step, _on_day(content, state, hours, day, step, zone))


def next_coming(
    content: Content,
    state: State,
    anchors: tuple[AnchorAt, ...],
    now: datetime,
    soon: datetime | None,
) -> datetime | None:
    """The first undecided step after `now`, or stage entered by the clock.

    `soon` is the first such step among those of today and those after a moment; other days are
    looked at only when it does not lie today.
    """
    zone = ZoneInfo(state.zone)
    found = [] if soon is None else [soon]
    handing = _next_hand_over(content, anchors)
    if handing is not None and handing[0] > now:
        found.append(handing[0])
    if soon is None or local_day(soon, zone) > local_day(now, zone):
        timelines = content.timelines[content.profile(state.profile)]
        for anchor in anchors:
            timeline = timelines.get(anchor.kind)
            if timeline is not None:
                found += _next_on_days(content, state, anchor, timeline, now, zone)
    return min(found, default=None)


def _next_on_days(
    content: Content,
    state: State,
    anchor: AnchorAt,
    timeline: Timeline,
    now: datetime,
    zone: ZoneInfo,
) -> list[datetime]:
    """The anchor's earliest undecided step on a later day; at most one."""
    hours = hours_of(content, state)
    first, today = _first_day(anchor, zone), local_day(now, zone)
    tomorrow = (today - first).days + 1 - _look_back(state, timeline, today, zone)
    best: datetime | None = None
    best_day = today
    for offset, steps in timeline.following(tomorrow):
        # A step never comes before its own day, though a clock change or a holiday may delay it.
        if best is not None and first + timedelta(days=offset) > best_day:
            break
        for step in steps:
            for moment, _, occurrence in _one(
                anchor, step, _on_day(content, state, hours, first, step, zone)
            ):
                if moment <= now or (best is not None and moment >= best):
                    continue
                if (step.key, occurrence) not in state.decided:
                    best, best_day = moment, local_day(moment, zone)
    return [] if best is None else [best]


def _one(anchor: AnchorAt, step: StepRule, moment: datetime) -> Iterator[Found]:
    """Nothing of a day before the moment it counts from, nor after the stage was left."""
    if anchor.instant is not None and moment < anchor.instant:
        return
    if anchor.until is None or moment < anchor.until:
        yield moment, step, anchor.occurrence + REPEAT_STRIDE * step.repeat


def _first_day(anchor: AnchorAt, zone: ZoneInfo) -> date:
    if anchor.day is not None:
        return anchor.day
    assert anchor.instant is not None, "an anchor is a day or a moment"
    return local_day(anchor.instant, zone)


def _look_back(state: State, timeline: Timeline, start: date, zone: ZoneInfo) -> int:
    """How many days before `start` a step may have had its day and still come in it."""
    if timeline.avoids:
        return LONGEST_MOVE
    unsteady = steady_midnight(start - ONE_DAY, zone) is None
    return 1 if unsteady or state.own_hours is not None else 0


def _on_day(
    content: Content, state: State, hours: Span, day: date, step: StepRule, zone: ZoneInfo
) -> datetime:
    assert step.day is not None, "a day step has a day"
    day += timedelta(days=step.day)
    if step.avoid:
        day = state.days_off.next_open(day, step.avoid)
    slot = content.slot(step.slot, state.slot)
    moment = drawn_instant(day, slot, state.seed, step.key, zone)
    if content.slots_fit and state.own_hours is None and steady_midnight(day, zone) is not None:
        return moment
    # A slot inside a spring gap, or beside the person's own hours, can end up outside them.
    return next_allowed(moment, hours, zone)


def _after(instant: datetime, step: StepRule, hours: Span, zone: ZoneInfo) -> datetime:
    """Minutes after a moment. At night the count starts at the next opening, so order holds."""
    assert step.after is not None
    opening = next_allowed(instant.astimezone(UTC), hours, zone)
    return next_allowed(opening + step.after, hours, zone)


def _next_hand_over(
    content: Content, anchors: tuple[AnchorAt, ...]
) -> tuple[datetime, StageRule] | None:
    found = []
    for anchor in anchors:
        key = entered_stage(anchor.kind)
        if key is None or anchor.until is not None or anchor.instant is None:
            continue
        stage = content.stages.get(key)
        if stage is not None and stage.then_after is not None:
            found.append((anchor.instant + stage.then_after, stage))
    return min(found, key=lambda pair: pair[0], default=None)


def _is_left(content: Content, anchor: AnchorAt, is_path: bool, leaving: str) -> bool:
    key = entered_stage(anchor.kind)
    if key is None or anchor.until is not None:
        return False
    stage = content.stages.get(key)
    return key == leaving or (is_path and stage is not None and stage.track is Track.PATH)


def _left(anchor: AnchorAt, at: datetime) -> AnchorAt:
    return AnchorAt(anchor.kind, anchor.occurrence, anchor.day, anchor.instant, at)
