"""A transcript as months of days, for the page. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from enrolment.transcript import Entry, Kind, Transcript

_WEEK = 7


@dataclass(frozen=True, slots=True)
class CalendarCell:
    """A day of the grid; `inside` is false for days of the neighbouring months."""

    day: date
    inside: bool
    offset: str
    sent: tuple[str, ...]
    silent: tuple[str, ...]
    heard: int
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    first: date
    weeks: tuple[tuple[CalendarCell, ...], ...]


def months(transcript: Transcript) -> list[CalendarMonth]:
    """From the first day something happened to the last."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in transcript.entries:
        leaves = entry.leaves if entry.is_sent and entry.leaves is not None else entry.at
        by_day[leaves.date()].append(entry)
    if not by_day:
        return []
    first, last = min(by_day).replace(day=1), max(by_day)
    found = []
    while first <= last:
        found.append(CalendarMonth(first, _weeks(first, by_day)))
        first = (first + timedelta(days=31)).replace(day=1)
    return found


def _weeks(first: date, by_day: dict[date, list[Entry]]) -> tuple[tuple[CalendarCell, ...], ...]:
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday < first or monday.month == first.month:
        days = [monday + timedelta(days=ahead) for ahead in range(_WEEK)]
        weeks.append(
            tuple(_cell(day, day.month == first.month, by_day.get(day, ())) for day in days)
        )
        monday += timedelta(days=_WEEK)
    return tuple(weeks)


def _cell(day: date, inside: bool, entries: Sequence[Entry]) -> CalendarCell:
    shown = entries if inside else ()
    return CalendarCell(
        day=day,
        inside=inside,
        offset=shown[-1].offset if shown else "",
        sent=tuple(entry.key for entry in shown if entry.kind is Kind.STEP and entry.is_sent),
        silent=tuple(entry.key for entry in shown if entry.is_silent),
        heard=sum(entry.kind is Kind.HEARD for entry in shown),
        turns=tuple(entry.key for entry in shown if entry.kind in (Kind.TURN, Kind.OUTAGE)),
    )
