from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.calendar_editing import change_date
from campaigns.calendars import CalendarDay, calendar_of, calendars_of, changed_keys
from campaigns.models import CalendarDate, DayOff
from messaging.clock import calendar_now
from tests import worlds

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 1)
CHRISTMAS = date(2026, 12, 25)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def ramadan(slug: str = "clinic", country: str = "EG", edition: int = 1448) -> CalendarDate:
    return CalendarDate.objects.create(
        organisation=worlds.organisation(slug),
        country=country,
        key="ramadan",
        edition=edition,
        day=date(2027, 2, 8),
        name="1 Ramadan",
    )


def day_off(day: date, *, is_off: bool, slug: str = "clinic", country: str = "GB") -> DayOff:
    return DayOff.objects.create(
        organisation=worlds.organisation(slug), country=country, day=day, name="Day", is_off=is_off
    )


def holidays(country: str = "GB", slug: str = "clinic") -> frozenset[date]:
    return calendar_of(worlds.organisation(slug).pk, country, today=TODAY).days_off.holidays


def test_calendar_without_rows_is_the_countrys_own() -> None:
    calendar = calendar_of(worlds.organisation().pk, "EG", today=TODAY)

    assert calendar.days_off.weekend == {4, 5}
    assert calendar.dates == ()
    assert date(2026, 5, 17) in holidays("NO")
    assert CHRISTMAS in holidays("GB")


def test_unknown_country_is_no_error() -> None:
    calendar = calendar_of(worlds.organisation().pk, "XX", today=TODAY)

    assert calendar.days_off.weekend == {5, 6}
    assert calendar.days_off.holidays == frozenset()


def test_calendar_follows_the_year() -> None:
    later = calendar_of(worlds.organisation().pk, "GB", today=date(2030, 1, 1))

    assert date(2032, 12, 25) in later.days_off.holidays
    assert CHRISTMAS not in later.days_off.holidays


def test_day_off_adds_a_holiday() -> None:
    easter_monday = date(2027, 3, 29)
    assert easter_monday not in holidays()

    day_off(easter_monday, is_off=True)

    assert easter_monday in holidays()
    assert CHRISTMAS in holidays()


def test_day_off_takes_a_holiday_away() -> None:
    row = day_off(CHRISTMAS, is_off=False)
    assert CHRISTMAS not in holidays()

    row.delete()

    assert CHRISTMAS in holidays()


def test_changed_day_off_is_seen_by_the_next_call() -> None:
    row = day_off(CHRISTMAS, is_off=False)
    assert CHRISTMAS not in holidays()

    row.is_off = True
    row.save()

    assert CHRISTMAS in holidays()


def test_corrections_are_one_organisations_and_one_countrys() -> None:
    day_off(CHRISTMAS, is_off=False)

    assert CHRISTMAS in holidays(slug="hospital")
    assert CHRISTMAS in holidays("NO")


def test_dates_are_named_as_stages_name_them() -> None:
    ramadan()

    calendar = calendar_of(worlds.organisation().pk, "EG", today=TODAY)

    assert calendar.dates == (CalendarDay("calendar.ramadan", 1448, date(2027, 2, 8)),)


def test_moved_and_deleted_dates_are_seen_by_the_next_call() -> None:
    row = ramadan()
    place = (worlds.organisation().pk, "EG")
    before = calendar_of(*place, today=TODAY)

    row.day = date(2027, 2, 9)
    row.save()
    moved = calendar_of(*place, today=TODAY)
    row.delete()

    assert [found.day for found in before.dates] == [date(2027, 2, 8)]
    assert [found.day for found in moved.dates] == [date(2027, 2, 9)]
    assert calendar_of(*place, today=TODAY).dates == ()


def test_edit_stamped_before_the_latest_one_is_seen() -> None:
    """A slow edit may be committed after a later one: the latest stamp alone would not tell."""
    slow = day_off(CHRISTMAS, is_off=True)
    day_off(date(2027, 3, 29), is_off=True)
    assert CHRISTMAS in holidays()

    DayOff.objects.filter(pk=slow.pk).update(
        is_off=False, changed_at=slow.changed_at + timedelta(microseconds=1)
    )

    assert CHRISTMAS not in holidays()


def test_dates_of_others_are_not_mixed_in() -> None:
    ramadan("hospital")
    ramadan(country="SA")
    places = {(worlds.organisation().pk, "EG"), (worlds.organisation("hospital").pk, "SA")}

    found = calendars_of(places, today=TODAY)

    assert found.keys() == places
    assert all(calendar.dates == () for calendar in found.values())


def test_batch_costs_three_queries_and_then_one() -> None:
    places = [
        (worlds.organisation(slug).pk, country)
        for slug in ("clinic", "hospital")
        for country in ("EG", "GB")
    ]
    day_off(CHRISTMAS, is_off=True)

    with CaptureQueriesContext(connection) as first:
        before = calendars_of(places, today=TODAY)
    with CaptureQueriesContext(connection) as second:
        after = calendars_of(places, today=TODAY)

    assert len(first) == 3
    assert len(second) == 1
    assert before == after


def test_changed_keys_are_those_changed_since() -> None:
    row = ramadan()
    ramadan(edition=1449)
    CalendarDate.objects.filter(pk=row.pk).update(changed_at=worlds.NOON)
    clinic = worlds.organisation().pk

    assert changed_keys(LONG_AGO) == [(clinic, "EG", "calendar.ramadan")]

    CalendarDate.objects.update(changed_at=worlds.NOON)

    assert changed_keys(worlds.NOON) == []
    assert changed_keys(worlds.NOON - timedelta(seconds=1)) == [(clinic, "EG", "calendar.ramadan")]


@pytest.mark.django_db(transaction=True)
def test_changed_keys_waits_for_a_move_not_yet_committed() -> None:
    row = ramadan()
    stamped, asked = Event(), Event()

    def move() -> None:
        try:
            with transaction.atomic():
                change_date(
                    calendar_date=row,
                    day=date(2027, 2, 9),
                    name=row.name,
                    is_expected=False,
                    actor=None,
                )
                stamped.set()
                asked.wait(timeout=0.3)
        finally:
            connection.close()

    before = calendar_now()
    with ThreadPoolExecutor(1) as pool:
        moving = pool.submit(move)
        assert stamped.wait(timeout=10)
        found = changed_keys(before)
        asked.set()
        moving.result()

    assert found == [(row.organisation_id, "EG", "calendar.ramadan")]
