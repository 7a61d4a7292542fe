"""What is still to come, counted: texts and segments by local day, for one person and for many.
Pure.

Planned texts of people already in, if nothing happens on the way: no answer, no slip, no new date,
nobody who leaves. Conditions are taken to hold. Caps are applied by day: a text over a cap is left
out, though a step that may wait could come a day later.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import sqrt
from typing import NamedTuple
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.rules import SLIP_ANCHOR, SLIP_PATH, Priority, StepRule, Track, entered_stage
from campaigns.schedule import local_day
from enrolment.coming import anchors_in, hand_over
from enrolment.forecast_sizes import Size, Sizes
from enrolment.journey import due_until
from enrolment.load import DAYS
from enrolment.state import AnchorAt, State

#: 95 % of a normal distribution lies this many standard deviations about its middle.
_DEVIATIONS = 1.96


class Text(NamedTuple):
    """One planned text, on a local day."""

    day: date
    at: datetime
    priority: Priority
    size: Size


@dataclass(frozen=True, slots=True)
class Figure:
    """A day, or a month by its first day."""

    day: date
    messages: int
    segments: int
    most_segments: int


def coming_texts(
    sizes: Sizes,
    state: State,
    *,
    now: datetime,
    until: datetime,
    resumes_at: datetime | None = None,
) -> list[Text]:
    """One person's planned texts in (planned_through, until], as far as the caps let them.

    resumes_at: when a pause ends. A pause without an end has nothing coming.
    """
    if state.paused_at is not None and resumes_at is None:
        return []
    content, zone = sizes.content, ZoneInfo(state.zone)
    today = local_day(now, zone)
    ways = _Ways(content, hand_over(content, anchors_in(content, state), until)[1])
    texts = []
    for moment, step, _ in due_until(content, state, until):
        if resumes_at is not None and moment < resumes_at:
            continue
        if ways.turn_off and not ways.lead_to(step, moment):
            continue
        day = max(today, local_day(moment, zone))
        texts.append(Text(day, moment, step.priority, sizes.of(step, state.language)))
    return texts if _surely_fit(content, state, texts) else _with_room(content, state, texts)


class Tally:
    """Figures by day from `first` on, of people looked at one after the other."""

    def __init__(self, first: date, days: int) -> None:
        self.first, self.days, self.people = first, days, 0
        self._sums = [[0] * days for _ in range(3)]
        self._moments = {name: [0, 0] for name in ("messages", "segments")}

    def add(self, texts: Iterable[Text]) -> None:
        messages, segments, most = self._sums
        count = cost = 0
        for text in texts:
            place = max(0, (text.day - self.first).days)
            if place >= self.days:
                continue
            messages[place] += 1
            segments[place] += text.size.usual
            most[place] += text.size.most
            count += 1
            cost += text.size.usual
        self.people += 1
        for name, value in (("messages", count), ("segments", cost)):
            self._moments[name][0] += value
            self._moments[name][1] += value * value

    def figures(self, people: int) -> tuple[Figure, ...]:
        """Scaled from those looked at to `people`."""
        factor = Decimal(people) / self.people if self.people else Decimal(1)
        return tuple(
            Figure(
                date.fromordinal(self.first.toordinal() + place),
                *(int((listed[place] * factor).to_integral_value()) for listed in self._sums),
            )
            for place in range(self.days)
        )

    def margin(self, people: int, name: str) -> int:
        """Half the 95 % interval of the sum of `messages` or `segments` over all `people`."""
        looked_at = self.people
        if looked_at < 2 or people <= looked_at:
            return 0
        total, squares = self._moments[name]
        variance = (squares - total * total / looked_at) / (looked_at - 1)
        left_out = 1 - looked_at / people
        return round(_DEVIATIONS * people * sqrt(max(0.0, variance) / looked_at * left_out))


def summed(figures: Iterable[Figure], day: date) -> Figure:
    messages = segments = most = 0
    for figure in figures:
        messages += figure.messages
        segments += figure.segments
        most += figure.most_segments
    return Figure(day, messages, segments, most)


def by_month(figures: Iterable[Figure]) -> list[Figure]:
    months: dict[date, list[Figure]] = {}
    for figure in figures:
        months.setdefault(figure.day.replace(day=1), []).append(figure)
    return [summed(listed, month) for month, listed in months.items()]


def spent_on(
    figures: Iterable[Figure], *, price: Decimal, budget: Decimal, spent: Decimal
) -> date | None:
    """The first day by which a month's budget is spent; `spent` is of the first day's month."""
    month: date | None = None
    for figure in figures:
        if month is not None and figure.day.replace(day=1) != month:
            spent = Decimal(0)
        month = figure.day.replace(day=1)
        spent += figure.segments * price
        if spent >= budget:
            return figure.day
    return None


class _Ways:
    """Where a path or a slip takes the place of other steps, as `deciding` has it."""

    def __init__(self, content: Content, anchors: Iterable[AnchorAt]) -> None:
        self._slips: list[datetime] = []
        self._paths: list[AnchorAt] = []
        for anchor in anchors:
            stage = content.stages.get(entered_stage(anchor.kind) or "")
            if anchor.kind == SLIP_ANCHOR and anchor.instant is not None:
                self._slips.append(anchor.instant)
            elif stage is not None and stage.track is Track.PATH:
                self._paths.append(anchor)
        self.turn_off = bool(self._slips or self._paths)

    def lead_to(self, step: StepRule, moment: datetime) -> bool:
        if step.track in (Track.CORE, Track.SLIP) and any(
            _stands(path, moment) for path in self._paths
        ):
            return False
        if step.track is Track.CORE and not step.question:
            return not any(slip <= moment < slip + SLIP_PATH for slip in self._slips)
        return True


def _stands(anchor: AnchorAt, moment: datetime) -> bool:
    began = anchor.instant is not None and anchor.instant <= moment
    return began and (anchor.until is None or moment < anchor.until)


def _surely_fit(content: Content, state: State, texts: list[Text]) -> bool:
    """Whether no cap can be reached, all texts counted; for most people that is quickly seen."""
    caps, load = content.caps, state.load
    days = Counter(text.day for text in texts)
    if caps.day is not None and any(days[day] + load.on(day) > caps.day for day in days):
        return False
    if caps.week is None:
        return True
    most, listed = caps.week - sum(load.counts), sorted(days.items())
    start = total = 0
    for day, count in listed:
        total += count
        while (day - listed[start][0]).days >= DAYS:
            total -= listed[start][1]
            start += 1
        if total > most:
            return False
    return True


def _with_room(content: Content, state: State, texts: list[Text]) -> list[Text]:
    """Assessments pass the caps and take their room first; replies neither take nor need any."""
    caps = content.caps
    if caps.day is None and caps.week is None:
        return texts
    load, kept = state.load, []
    for text in sorted(texts, key=_turn):
        if text.priority not in (Priority.ASSESSMENT, Priority.REPLY):
            if caps.day is not None and load.on(text.day) >= caps.day:
                continue
            if caps.week is not None and load.week_before(text.day) >= caps.week:
                continue
        kept.append(text)
        if text.priority is not Priority.REPLY:
            load = load.plus(text.day, text.at)
    return kept


def _turn(text: Text) -> tuple[date, bool, datetime]:
    return text.day, text.priority is not Priority.ASSESSMENT, text.at
