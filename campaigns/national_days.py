"""What a country's calendar says by itself: weekends, public holidays, days worth counting from.

The data are the `holidays` library's. It knows no regions here: days that only a part of a country
keeps are rows an administrator adds.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from holidays.calendars.islamic import _IslamicLunar  # its only table of 1 Ramadan; lock pins it

from campaigns.schedule import DaysOff

#: Key, name, month and day; the same day everywhere and every year.
WORLD_DAYS = (
    ("world_health_day", "World Health Day", 4, 7),
    ("world_no_tobacco_day", "World No Tobacco Day", 5, 31),
    ("world_diabetes_day", "World Diabetes Day", 11, 14),
)
_WEEK = 7
#: 1 Muharram of the year 1, and 30 years of the tabular Islamic calendar in days.
_HIJRA = date(622, 7, 19).toordinal()
_YEARS, _DAYS = 30, 10631


@dataclass(frozen=True, slots=True)
class KnownDay:
    """A day to count from. `by_moon`: a reckoning, until the moon has been seen."""

    key: str
    name: str
    edition: int
    day: date
    by_moon: bool = False


@lru_cache(maxsize=256)
def national_days_off(country: str, year: int) -> DaysOff:
    """The weekend of `year` and the public holidays from the year before to two years after.

    A country the library does not know has Saturday and Sunday, and no holidays.
    """
    days = _holidays(country, range(year - 1, year + 3))
    if days is None:
        return DaysOff()
    first = date(year, 1, 1)
    week = (first + timedelta(days=ahead) for ahead in range(_WEEK))
    return DaysOff(
        weekend=frozenset(day.weekday() for day in week if days.is_weekend(day)),
        holidays=frozenset(days),
    )


def known_days(country: str, years: range, *, ramadan: bool) -> tuple[KnownDay, ...]:
    """World days, and with `ramadan` 1 Ramadan and Eid al-Fitr as that country reckons them."""
    found = [
        KnownDay(key, name, year, date(year, month, day))
        for year in years
        for key, name, month, day in WORLD_DAYS
    ]
    if ramadan:
        found += _moon_days(country, years)
    return tuple(found)


def keeps_eid(country: str, year: int) -> bool:
    """Whether Eid al-Fitr is a public holiday there."""
    years = range(year, year + 3)
    days = _holidays(country, years)
    eids = [known.day for known in _moon_days(country, years) if known.key == "eid_al_fitr"]
    return days is not None and all(day in days for day in eids)


def _holidays(country: str, years: range) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country, years=years, expand=False)
    except NotImplementedError:
        return None


def _moon_days(country: str, years: range) -> list[KnownDay]:
    """Some countries begin a day after Mecca, or by a table of their own; the rest go by Mecca."""
    table = getattr(_holidays(country, years), "_islamic_calendar", None) or _IslamicLunar()
    found = {
        KnownDay(key, name, _hijri_year(day), day, by_moon=True)
        for year in years
        for key, name, dates in (
            ("ramadan", "1 Ramadan", table.ramadan_beginning_dates),
            ("eid_al_fitr", "Eid al-Fitr", table.eid_al_fitr_dates),
        )
        for day, _ in dates(year)
        if day.year in years
    }
    return sorted(found, key=lambda known: known.day)


def _hijri_year(day: date) -> int:
    """Exact away from the turn of the Islamic year, where one day's doubt would tell."""
    return (day.toordinal() - _HIJRA) * _YEARS // _DAYS + 1
