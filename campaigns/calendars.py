"""Country calendars; being written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from campaigns.schedule import DaysOff


@dataclass(frozen=True, slots=True)
class CalendarDay:
    kind: str
    edition: int
    day: date


@dataclass(frozen=True, slots=True)
class CountryCalendar:
    days_off: DaysOff
    dates: tuple[CalendarDay, ...]


def calendars_of(
    pairs: Iterable[tuple[int, str]], *, today: date
) -> dict[tuple[int, str], CountryCalendar]:
    return {pair: CountryCalendar(DaysOff(), ()) for pair in pairs}
