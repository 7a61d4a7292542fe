"""Which steps come due when: anchors, offsets and send times turned into instants. Pure.

Nothing is decided here. A step comes once for each occurrence of its anchor and each repetition.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from campaigns.content import Content, Timeline
from campaigns.rules import REPEAT_STRIDE, SILENCE_ANCHOR, StageRule, StepRule, Track, entered_stage
from campaigns.schedule import (
    LONGEST_MOVE,
    ONE_DAY,
    Span,
    drawn_instant,
    drawn_second,
    fitted,
    instant_at,
    is_allowed,
    local_day,
    next_allowed,
    steady_midnight,
)
from enrolment.state import AnchorAt, Entry, State

Found = tuple[datetime, StepRule, int]
#: By then the hours have opened twice, whatever the clock did: a moment's steps are past.
_SURELY_OPEN = timedelta(days=3)


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
    if not content.hands_over:
        return (), anchors
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


@lru_cache(maxsize=1024)
def _clock(now: datetime, zone_name: str) -> tuple[ZoneInfo, date, time, datetime, datetime | None]:
    """What everyone of a zone shares at one instant: the zone, the local day and time, and the
    instants at which that day begins and ends; no end when its clock changes."""
    zone = ZoneInfo(zone_name)
    local = now.astimezone(zone)
    today = local.date()
    midnight = steady_midnight(today, zone)
    if midnight is None:
        return zone, today, local.time(), now, None
    return zone, today, local.time(), midnight, midnight + ONE_DAY


class Coming:
    """One person's steps and their instants. All of a plan's looks share what is worked out here.

    hours: the campaign's, narrowed by the person's own. today: the local day of `now`, and open_now
    whether it lies in the hours.
    """

    def __init__(
        self, content: Content, state: State, anchors: tuple[AnchorAt, ...], now: datetime
    ) -> None:
        self.content, self.state, self.anchors, self.now = content, state, anchors, now
        clock = _clock(now, state.zone)
        self.zone, self.today, wall, self._midnight, self._next_midnight = clock
        self.hours = hours_of(content, state)
        self.open_now = self.hours.holds(wall)
        profile = content.profile(state.profile)
        self._timelines, self._moments = content.timelines[profile], content.moments[profile]
        self._plain = content.slots_fit or state.own_hours is not None
        slots = content.slots_of.get(state.slot) or content.slots_of[""]
        if state.own_hours is not None:
            slots = {name: fitted(slot, self.hours) for name, slot in slots.items()}
        self._slots = slots

    def day_of(self, moment: datetime) -> date:
        """The local day of a moment; nearly always it is today, which costs a comparison."""
        tomorrow = self._next_midnight
        if tomorrow is not None and self._midnight <= moment < tomorrow:
            return self.today
        return local_day(moment, self.zone)

    def between(self, since: datetime, until: datetime) -> list[Found]:
        """(when, step, occurrence) of all that can come due between the local days of two
        instants; some lie just outside them, so the caller compares."""
        found: list[Found] = []
        start, end = self.day_of(since), self.day_of(until)
        tomorrow = self._next_midnight if end == self.today else None
        for anchor in self.anchors:
            if anchor.instant is not None:
                self._after(anchor, since, found)
                if tomorrow is not None and anchor.instant >= tomorrow:
                    # No step comes before the moment it counts from.
                    continue
            timeline = self._timelines.get(anchor.kind)
            if timeline is None:
                continue
            first = self._first_day(anchor)
            earliest = (start - first).days - self._look_back(timeline, start)
            for offset, steps in timeline.within(earliest, (end - first).days):
                self._on_day(anchor, first + timedelta(offset), steps, found)
        return found

    def next_after_today(self) -> datetime | None:
        """The first undecided step of a later day, of those that have a day."""
        found = [
            moment
            for anchor in self.anchors
            if (timeline := self._timelines.get(anchor.kind)) is not None
            and (moment := self._next_on_days(anchor, timeline)) is not None
        ]
        return min(found, default=None)

    def _next_on_days(self, anchor: AnchorAt, timeline: Timeline) -> datetime | None:
        first = self._first_day(anchor)
        tomorrow = (self.today - first).days + 1 - self._look_back(timeline, self.today)
        best: datetime | None = None
        best_day = self.today
        for offset, steps in timeline.following(tomorrow):
            day = first + timedelta(days=offset)
            # A step never comes before its own day, though a clock change or feast may delay it.
            if best is not None and day > best_day:
                break
            found: list[Found] = []
            self._on_day(anchor, day, steps, found)
            for moment, step, occurrence in found:
                if moment <= self.now or (best is not None and moment >= best):
                    continue
                if (step.key, occurrence) not in self.state.decided:
                    best, best_day = moment, self.day_of(moment)
        return best

    def _on_day(
        self, anchor: AnchorAt, day: date, steps: tuple[StepRule, ...], found: list[Found]
    ) -> None:
        """Nothing of before the moment it counts from, nor after the stage was left."""
        midnight = steady_midnight(day, self.zone) if self._plain else None
        slots, seed = self._slots, self.state.seed
        occurrence, instant, until = anchor.occurrence, anchor.instant, anchor.until
        for step in steps:
            if midnight is not None and not step.avoid:
                moment = midnight + timedelta(0, drawn_second(slots[step.slot], seed, step.salt))
            else:
                moment = self._drawn(day, step)
            if instant is not None and moment < instant:
                continue
            if until is None or moment < until:
                found.append((moment, step, occurrence + REPEAT_STRIDE * step.repeat))

    def _drawn(self, day: date, step: StepRule) -> datetime:
        if step.avoid:
            day = self.state.days_off.next_open(day, step.avoid)
        slot = self._slots[step.slot]
        moment = drawn_instant(day, slot, self.state.seed, step.salt, self.zone)
        opened = next_allowed(moment, self.hours, self.zone)
        if local_day(opened, self.zone) > day:
            # The clock jumped over the slot and on to the end of the hours: earlier that day, then.
            into = drawn_second(slot, self.state.seed, step.salt) - slot.first_second
            earlier = instant_at(day, self.hours.start, self.zone) + timedelta(seconds=into)
            if earlier < moment and is_allowed(earlier, self.hours, self.zone):
                return earlier
        return opened

    def _after(self, anchor: AnchorAt, since: datetime, found: list[Found]) -> None:
        """Minutes after a moment. At night the count starts at the next opening: order holds."""
        moments = self._moments.get(anchor.kind)
        assert anchor.instant is not None
        if moments is None or anchor.instant + moments.longest + _SURELY_OPEN < since:
            return
        opening = next_allowed(anchor.instant.astimezone(UTC), self.hours, self.zone)
        for step in moments.steps:
            assert step.after is not None
            moment = next_allowed(opening + step.after, self.hours, self.zone)
            if anchor.until is None or moment < anchor.until:
                found.append((moment, step, anchor.occurrence))

    def _first_day(self, anchor: AnchorAt) -> date:
        if anchor.day is not None:
            return anchor.day
        assert anchor.instant is not None, "an anchor is a day or a moment"
        return self.day_of(anchor.instant)

    def _look_back(self, timeline: Timeline, start: date) -> int:
        """How many days before `start` a step may have had its day and still come in it."""
        if timeline.avoids:
            return LONGEST_MOVE
        return 1 if steady_midnight(start - ONE_DAY, self.zone) is None else 0


def next_hand_over(
    content: Content, anchors: tuple[AnchorAt, ...], now: datetime
) -> datetime | None:
    """When the next stage is entered by the clock, if one is."""
    found = _next_hand_over(content, anchors)
    return found[0] if found is not None and found[0] > now else None


def _next_hand_over(
    content: Content, anchors: tuple[AnchorAt, ...]
) -> tuple[datetime, StageRule] | None:
    if not content.hands_over:
        return None
    found = []
    for anchor in anchors:
        if anchor.instant is None or anchor.until is not None:
            continue
        key = entered_stage(anchor.kind)
        if key is None:
            continue
        stage = content.stages.get(key)
        if stage is not None and stage.then_after is not None:
            found.append((anchor.instant + stage.then_after, stage))
    return min(found, key=lambda pair: pair[0]) if found else None


def _is_left(content: Content, anchor: AnchorAt, is_path: bool, leaving: str) -> bool:
    key = entered_stage(anchor.kind)
    if key is None or anchor.until is not None:
        return False
    stage = content.stages.get(key)
    return key == leaving or (is_path and stage is not None and stage.track is Track.PATH)


def _left(anchor: AnchorAt, at: datetime) -> AnchorAt:
    return AnchorAt(anchor.kind, anchor.occurrence, anchor.day, anchor.instant, at)
