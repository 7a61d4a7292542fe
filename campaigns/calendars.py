"""Each country's days as an organisation has them: days off, and the dates plans count from.

Read in every tick, so kept per process. One query tells whether any row changed since, whoever
changed it: an administrator's edit is in force at the next tick of every process.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from django.db import connection, transaction

from campaigns.models.calendar_date import CalendarDate
from campaigns.models.day_off import DayOff
from campaigns.national_days import national_days_off
from campaigns.rules import CALENDAR_PREFIX
from campaigns.schedule import DaysOff

#: An organisation's id and a country's two letters.
Place: TypeAlias = tuple[int, str]
#: Equal as long as no row was added, changed or deleted.
Stamp: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """`kind` is the anchor a stage names, `edition` its occurrence."""

    kind: str
    edition: int
    day: date


@dataclass(frozen=True, slots=True)
class CountryCalendar:
    days_off: DaysOff
    dates: tuple[CalendarDay, ...]


_known: dict[tuple[Place, int, Stamp], CountryCalendar] = {}
#: Places are few; the bound is against stamps of a process that lives for years.
_MOST = 256

_DATES = CalendarDate._meta.db_table
# A sum, not the latest: edits may be committed in another order than they were stamped.
_STAMP = f"""
SELECT count(*), sum(extract(epoch FROM changed_at))
  FROM (SELECT changed_at FROM {_DATES}
         UNION ALL
        SELECT changed_at FROM {DayOff._meta.db_table}) edited
"""


def calendar_of(organisation_id: int, country: str, *, today: date) -> CountryCalendar:
    place = (organisation_id, country)
    return calendars_of([place], today=today)[place]


def calendars_of(places: Iterable[Place], *, today: date) -> dict[Place, CountryCalendar]:
    """One query when nothing changed, three when something did, however many places.

    Public holidays reach from last year to the year after next. An unknown country has Saturday
    and Sunday and no holidays.
    """
    wanted = set(places)
    stamp = _stamp()
    kept = {place: _known.get((place, today.year, stamp)) for place in wanted}
    found = {place: calendar for place, calendar in kept.items() if calendar is not None}
    if len(found) < len(wanted):
        read = _read(wanted - found.keys(), today.year)
        if len(_known) + len(read) > _MOST:
            _known.clear()
        _known.update({(place, today.year, stamp): calendar for place, calendar in read.items()})
        found |= read
    return found


@transaction.atomic
def changed_keys(since: datetime) -> list[tuple[int, str, str]]:
    """Organisation, country and anchor (calendar.<key>) of every date added or moved after `since`.

    Calendar time, as the verbs stamp it. Each change is told at least once, if the next `since` is
    a time taken before this call: the lock waits for edits that are stamped but not yet committed.
    Deletions need no telling, since a date that a published version counts from can't be deleted.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {_DATES} IN SHARE MODE")
    changed = (
        CalendarDate.objects.filter(changed_at__gt=since)
        .order_by("organisation_id", "country", "key")
        .values_list("organisation_id", "country", "key")
        .distinct()
    )
    return [
        (organisation, country, CALENDAR_PREFIX + key) for organisation, country, key in changed
    ]


def _stamp() -> Stamp:
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return tuple(cursor.fetchone())


def _read(places: set[Place], year: int) -> dict[Place, CountryCalendar]:
    within = {
        "organisation__in": {organisation for organisation, _ in places},
        "country__in": {country for _, country in places},
    }
    dates: dict[Place, list[CalendarDay]] = defaultdict(list)
    rows = CalendarDate.objects.filter(**within).order_by("day", "key", "edition")
    for organisation, country, key, edition, day in rows.values_list(
        "organisation_id", "country", "key", "edition", "day"
    ):
        dates[organisation, country].append(CalendarDay(CALENDAR_PREFIX + key, edition, day))
    corrections: dict[Place, dict[date, bool]] = defaultdict(dict)
    for organisation, country, day, is_off in DayOff.objects.filter(**within).values_list(
        "organisation_id", "country", "day", "is_off"
    ):
        corrections[organisation, country][day] = is_off
    return {
        place: CountryCalendar(
            _corrected(national_days_off(place[1], year), corrections[place]),
            tuple(dates[place]),
        )
        for place in places
    }


def _corrected(national: DaysOff, corrections: dict[date, bool]) -> DaysOff:
    added = {day for day, is_off in corrections.items() if is_off}
    return DaysOff(national.weekend, (national.holidays - corrections.keys()) | added)
