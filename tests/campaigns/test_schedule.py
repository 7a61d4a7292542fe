from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from campaigns.schedule import Span, closing, drawn_instant, instant_at, is_allowed, next_allowed

OSLO = ZoneInfo("Europe/Oslo")
HOURS = Span(time(8), time(20, 30))


def test_instant_at_reads_the_wall_clock_of_the_zone() -> None:
    assert instant_at(date(2026, 7, 1), time(9), OSLO) == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_instant_at_in_a_spring_gap_is_the_first_instant_after() -> None:
    found = instant_at(date(2026, 3, 29), time(2, 30), OSLO)

    assert found == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert found.astimezone(OSLO).time() == time(3)


def test_instant_at_in_an_autumn_fold_is_the_first_of_the_two() -> None:
    assert instant_at(date(2026, 10, 25), time(2, 30), OSLO) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_instant_at_in_a_half_hour_gap_is_exact() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")

    found = instant_at(date(2026, 10, 4), time(2, 10), zone)

    assert found.astimezone(zone).time() == time(2, 30)


def test_next_allowed_leaves_an_allowed_instant_alone() -> None:
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)

    assert next_allowed(noon, HOURS, OSLO) == noon


def test_next_allowed_before_opening_is_the_same_day() -> None:
    assert next_allowed(datetime(2026, 12, 1, 3, tzinfo=UTC), HOURS, OSLO) == datetime(
        2026, 12, 1, 7, tzinfo=UTC
    )


def test_next_allowed_at_closing_is_the_next_day() -> None:
    closed = datetime(2026, 12, 1, 19, 30, tzinfo=UTC)

    assert not is_allowed(closed, HOURS, OSLO)
    assert next_allowed(closed, HOURS, OSLO) == datetime(2026, 12, 2, 7, tzinfo=UTC)


def test_next_allowed_skips_a_day_whose_hours_fall_in_a_gap() -> None:
    narrow = Span(time(2, 10), time(2, 50))

    found = next_allowed(datetime(2026, 3, 28, 12, tzinfo=UTC), narrow, OSLO)

    assert found.astimezone(OSLO).replace(tzinfo=None) == datetime(2026, 3, 30, 2, 10)


def test_closing_is_the_end_of_the_local_day() -> None:
    assert closing(datetime(2026, 12, 1, 23, 30, tzinfo=UTC), HOURS, OSLO) == datetime(
        2026, 12, 2, 19, 30, tzinfo=UTC
    )


def test_drawn_instant_is_the_same_each_time_and_inside_the_slot() -> None:
    slot = Span(time(9), time(9, 30))

    day = date(2026, 12, 1)

    drawn = {drawn_instant(day, slot, seed, b"q", OSLO) for seed in range(500)}

    assert drawn_instant(day, slot, 7, b"q", OSLO) in drawn
    assert all(slot.holds(moment.astimezone(OSLO).time()) for moment in drawn)
    assert len(drawn) > 300


def test_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="must start before"):
        Span(time(21), time(8))
