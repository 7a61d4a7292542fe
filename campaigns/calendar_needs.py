"""The calendar dates a pack counts from, and what a country's calendar has of them."""

from dataclasses import dataclass
from datetime import date

from campaigns.models.calendar_date import CalendarDate
from campaigns.national_days import KnownDay, known_days
from campaigns.pack_values import Pack
from campaigns.rules import CALENDAR_PREFIX
from trust.models import Organisation

#: This year and those after it. The Islamic year is shorter, so one of each is always to come.
YEARS = 3


@dataclass(frozen=True, slots=True)
class Need:
    """`row` stands in the calendar already; `expected` is a reckoning, where there is one."""

    key: str
    row: CalendarDate | None
    expected: KnownDay | None

    @property
    def name(self) -> str:
        if self.row is not None:
            return self.row.name
        return self.expected.name if self.expected else self.key.replace("_", " ").capitalize()


def needs(pack: Pack, *, organisation: Organisation, country: str, today: date) -> list[Need]:
    keys = dict.fromkeys(
        stage.anchor.removeprefix(CALENDAR_PREFIX)
        for stage in pack.stages
        if stage.anchor.startswith(CALENDAR_PREFIX)
    )
    coming = CalendarDate.objects.filter(
        organisation=organisation, country=country, day__gte=today
    ).order_by("-day")
    rows = {row.key: row for row in coming}
    known = reckoned(country, today)
    return [
        Need(
            key,
            rows.get(key),
            next((day for day in known if day.key == key and day.day >= today), None),
        )
        for key in keys
    ]


def reckoned(country: str, today: date) -> list[KnownDay]:
    days = known_days(country, range(today.year, today.year + YEARS), ramadan=True)
    return sorted(days, key=lambda known: known.day)
