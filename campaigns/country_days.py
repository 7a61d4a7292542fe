"""The dates a curriculum counts from, said for a country: by a person, or by a reckoning."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from campaigns import calendar_editing, calendar_needs
from campaigns.calendar_needs import Need
from campaigns.faults import CountryRefused, Fault
from campaigns.models.calendar_date import CalendarDate
from campaigns.models.campaign import Campaign
from trust.models import User
from trust.saying import moment

#: A moon is seen a day early or late; what lies further off is another year's, or a slip.
_MOST_DAYS_OFF = 3


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """`confirmed`: a person has said so, not a reckoning."""

    day: date | None = None
    confirmed: bool = False


def day_faults(
    needs: list[Need], days: Mapping[str, PlannedDay], *, today: date
) -> Iterator[Fault]:
    by_key = {need.key: need for need in needs}
    for key, planned in days.items():
        need = by_key.get(key)
        if need is None:
            yield Fault(
                day_field(key),
                gettext("The curriculum counts from no calendar date %(key)s.") % {"key": key},
            )
        elif need.row is not None or planned.day is None:
            # What stands is moved on its own page, which names the campaigns that follow.
            continue
        elif planned.day < today:
            yield Fault(day_field(key), gettext("Write a day to come."))
        elif need.expected and abs((planned.day - need.expected.day).days) > _MOST_DAYS_OFF:
            yield Fault(
                day_field(key),
                gettext(
                    "%(need)s is expected on %(day)s; this lies more than %(days)s "
                    "days from it. Look at the month and the year."
                )
                % {
                    "need": need.name,
                    "day": moment(need.expected.day, "d MMM y"),
                    "days": _MOST_DAYS_OFF,
                },
            )


def day_field(key: str) -> str:
    return f"date_{key}"


def write_days(
    needs: list[Need],
    days: Mapping[str, PlannedDay],
    campaign: Campaign,
    *,
    today: date,
    actor: User | None,
) -> None:
    """The next of each, then the later ones as reckoned."""
    for need in needs:
        planned = days.get(need.key, PlannedDay())
        day = planned.day or (need.expected.day if need.expected else None)
        if need.row is not None or day is None:
            continue
        by_moon = need.expected is None or need.expected.by_moon
        row = CalendarDate(
            organisation=campaign.organisation,
            country=campaign.country,
            key=need.key,
            edition=need.expected.edition if need.expected else day.year,
            day=day,
            name=need.name,
            is_expected=by_moon and not planned.confirmed,
        )
        try:
            calendar_editing.add_date(calendar_date=row, actor=actor)
        except calendar_editing.CalendarRefused as refused:
            raise CountryRefused((Fault(day_field(need.key), str(refused)),)) from refused
    wanted = {need.key for need in needs}
    later = [
        known for known in calendar_needs.reckoned(campaign.country, today)
        if known.key in wanted and known.day >= today
    ]  # fmt: skip
    calendar_editing.seed(
        organisation=campaign.organisation,
        country=campaign.country,
        days=later,
        today=today,
        actor=actor,
    )
