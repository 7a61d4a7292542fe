"""Dates of a country's calendar added, moved and removed.

Every change of a day is stamped in calendar time, in the statement that writes it: that is how
`calendars.changed_keys` knows whose plans must follow, and misses none.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext

from campaigns.models.calendar_date import CalendarDate
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.national_days import KnownDay
from campaigns.rules import CALENDAR_PREFIX
from messaging.clock import CALENDAR_NOW
from trust import audit
from trust.models import Organisation, User


class CalendarRefused(Exception):
    """The change is not allowed; the message says why and what to do, in plain words."""


@transaction.atomic
def add_date(*, calendar_date: CalendarDate, actor: User | None) -> None:
    """Saves a new row. Raises CalendarRefused when its day is out of order, see `order_problem`."""
    _require_order(calendar_date)
    calendar_date.save(force_insert=True)
    CalendarDate.objects.filter(pk=calendar_date.pk).update(changed_at=RawSQL(CALENDAR_NOW, ()))
    audit.record(
        verb="calendar_date.add",
        subject=calendar_date,
        actor=actor,
        detail=_named(calendar_date) | {"day": calendar_date.day.isoformat()},
    )


@transaction.atomic
def change_date(
    *, calendar_date: CalendarDate, day: date, name: str, is_expected: bool, actor: User | None
) -> bool:
    """Moves the day; key, edition, country and organisation stay what they are. Returns whether
    the day moved: only then do plans have to follow. Raises CalendarRefused as `add_date` does."""
    row = CalendarDate.objects.select_for_update().get(pk=calendar_date.pk)
    before, row.day = row.day, day
    _require_order(row)
    rows = CalendarDate.objects.filter(pk=row.pk)
    if before == day:
        rows.update(name=name, is_expected=is_expected)
    else:
        rows.update(
            name=name, is_expected=is_expected, day=day, changed_at=RawSQL(CALENDAR_NOW, ())
        )
    audit.record(
        verb="calendar_date.move" if before != day else "calendar_date.change",
        subject=row,
        actor=actor,
        detail=_named(row)
        | {"from": before.isoformat(), "to": day.isoformat(), "is_expected": is_expected},
    )
    return before != day


@transaction.atomic
def remove_date(*, calendar_date: CalendarDate, actor: User | None) -> None:
    """Raises CalendarRefused when a published version counts from the key: nobody's plans may lose
    their ground unseen. Such a date can be moved."""
    counting = campaigns_counting_from(calendar_date)
    if counting:
        raise CalendarRefused(
            gettext("%(counting)s counts from %(calendar_date)s. Move the date instead.")
            % {"counting": ", ".join(counting), "calendar_date": calendar_date.key}
        )
    detail = _named(calendar_date) | {"day": calendar_date.day.isoformat()}
    audit.record(verb="calendar_date.remove", subject=calendar_date, actor=actor, detail=detail)
    calendar_date.delete()


@transaction.atomic
def seed(
    *,
    organisation: Organisation,
    country: str,
    days: Iterable[KnownDay],
    today: date,
    actor: User | None,
) -> int:
    """Adds the days that are not there yet, and returns how many. A row that is there stays as it
    is, whoever wrote it; a day that does not fit between such rows is left out."""
    rows = CalendarDate.objects.filter(organisation=organisation, country=country)
    there = set(rows.values_list("key", "edition"))
    added = 0
    for known in days:
        row = CalendarDate(
            organisation=organisation,
            country=country,
            key=known.key,
            edition=known.edition,
            day=known.day,
            name=known.name,
            is_expected=known.by_moon and known.day >= today,
        )
        if (known.key, known.edition) not in there and not order_problem(row):
            add_date(calendar_date=row, actor=actor)
            added += 1
    return added


def order_problem(row: CalendarDate) -> str:
    """Why the day can't be this edition's, or nothing. A later edition needs a later day: a wrong
    number would otherwise send people the same days' texts twice."""
    others = CalendarDate.objects.filter(
        organisation_id=row.organisation_id, country=row.country, key=row.key
    ).order_by("edition")
    wrong = (
        others.filter(edition__lt=row.edition, day__gte=row.day).last()
        or others.filter(edition__gt=row.edition, day__lte=row.day).first()
    )
    if wrong is None:
        return ""
    words = gettext("Edition %(edition)s must lie before edition %(other)s, which is on %(day)s.")
    if wrong.edition < row.edition:
        words = gettext(
            "Edition %(edition)s must lie after edition %(other)s, which is on %(day)s."
        )
    return words % {"edition": row.edition, "other": wrong.edition, "day": wrong.day}


def campaigns_counting_from(row: CalendarDate) -> list[str]:
    """Names of the country's campaigns, where a live or retired version counts from the key."""
    return list(
        Campaign.objects.filter(
            organisation_id=row.organisation_id,
            country=row.country,
            versions__status__in=CampaignVersion.FROZEN,
            versions__stages__anchor=CALENDAR_PREFIX + row.key,
        )
        .distinct()
        .values_list("name", flat=True)
    )


def _require_order(row: CalendarDate) -> None:
    problem = order_problem(row)
    if problem:
        raise CalendarRefused(problem)


def _named(row: CalendarDate) -> dict[str, audit.Detail]:
    return {"country": row.country, "key": row.key, "edition": row.edition}
