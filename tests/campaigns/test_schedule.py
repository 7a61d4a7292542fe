from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.schedule import (
    LONGEST_MOVE,
    Avoid,
    DaysOff,
    Span,
    drawn_instant,
    end_of_hours,
    fitted,
    instant_at,
    is_allowed,
    local_day,
    next_allowed,
)

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


def test_instant_at_takes_the_first_of_the_two_also_of_a_time_that_was_the_second() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(OSLO).time()
    assert second.fold == 1

    found = instant_at(date(2026, 10, 25), second, ZoneInfo("Europe/Berlin"))

    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


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


@pytest.mark.parametrize("wall", ["02:00:00", "02:00:01", "02:17:33", "02:41:07", "02:59:59"])
def test_every_moment_of_a_gap_is_the_second_the_clock_jumps(wall: str) -> None:
    found = instant_at(date(2026, 3, 29), time.fromisoformat(wall), OSLO)

    assert found == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_days_beside_a_clock_change_are_steady() -> None:
    for day in (date(2026, 3, 28), date(2026, 3, 30), date(2026, 10, 24), date(2026, 10, 26)):
        found = instant_at(day, time(2, 30), OSLO).astimezone(OSLO)
        assert (local_day(found, OSLO), found.time()) == (day, time(2, 30))


def test_moment_of_a_clock_change_keeps_its_fraction_of_a_second() -> None:
    assert instant_at(date(2026, 10, 25), time(12, 0, 0, 7), OSLO).microsecond == 7
    assert instant_at(date(2026, 7, 1), time(12, 0, 0, 7), OSLO).microsecond == 7


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2026, 3, 29), date(2026, 10, 25)])
def test_hours_end_where_their_wall_says(day: date) -> None:
    assert end_of_hours(day, HOURS, OSLO).astimezone(OSLO).time() == HOURS.end


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2026, 3, 29), date(2026, 10, 25)])
def test_drawn_instant_lies_in_the_slot_on_a_day_whose_clock_changes(day: date) -> None:
    slot = Span(time(9), time(9, 30))

    drawn = [drawn_instant(day, slot, seed, b"q", OSLO).astimezone(OSLO) for seed in range(200)]

    assert all(slot.holds(moment.time()) for moment in drawn)
    assert len(set(drawn)) > 150


def test_span_knows_its_seconds_and_has_one_at_least() -> None:
    assert Span(time(9), time(9, 0, 1)).seconds == 1
    assert Span(time(9), time(9, 0, 0, 5)).seconds == 1
    assert Span(time(9), time(10, 1, 1)).seconds == 3661
    assert Span(time(9, 1, 2), time(10)).first_second == 9 * 3600 + 62


def test_span_that_is_no_longer_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="must start before"):
        Span(time(9), time(9))


def test_span_holds_its_start_and_not_its_end() -> None:
    span = Span(time(9), time(10))

    assert [span.holds(wall) for wall in (time(8, 59, 59), time(9), time(9, 59, 59), time(10))] == [
        False,
        True,
        True,
        False,
    ]


def test_span_lies_within_another_with_both_ends() -> None:
    assert HOURS.within(HOURS)
    assert Span(time(9), time(10)).within(HOURS)
    assert not Span(time(7, 59), time(10)).within(HOURS)
    assert not Span(time(9), time(20, 31)).within(HOURS)


@pytest.mark.parametrize(
    ("slot", "hours", "found"),
    [
        ("09:00-10:00", "08:00-20:00", "09:00-10:00"),
        ("06:00-07:00", "08:00-20:00", "08:00-09:00"),
        ("20:30-21:00", "08:00-20:00", "19:30-20:00"),
        ("06:00-12:00", "08:00-10:00", "08:00-10:00"),
        ("19:00-19:00:30", "08:00-08:01", "08:00:30-08:01"),
    ],
)
def test_slot_is_moved_and_shortened_into_the_hours(slot: str, hours: str, found: str) -> None:
    assert fitted(span(slot), span(hours)) == span(found)


def span(written: str) -> Span:
    start, _, end = written.partition("-")
    return Span(time.fromisoformat(start), time.fromisoformat(end))


SATURDAY = date(2026, 12, 5)
CHRISTMAS = DaysOff(holidays=frozenset({date(2026, 12, 25)}))


def test_day_is_off_for_the_reasons_that_are_avoided() -> None:
    weekends, holidays = frozenset({Avoid.WEEKENDS}), frozenset({Avoid.HOLIDAYS})

    assert CHRISTMAS.is_off(SATURDAY, weekends)
    assert not CHRISTMAS.is_off(SATURDAY, holidays)
    assert CHRISTMAS.is_off(date(2026, 12, 25), holidays)
    assert not CHRISTMAS.is_off(date(2026, 12, 25), weekends)
    assert not CHRISTMAS.is_off(date(2026, 12, 4), weekends | holidays)
    assert [CHRISTMAS.is_off(SATURDAY + timedelta(days=ahead), weekends) for ahead in range(3)] == [
        True,
        True,
        False,
    ]


def test_next_open_day_is_the_first_that_is_not_avoided() -> None:
    both = frozenset(Avoid)

    assert CHRISTMAS.next_open(date(2026, 12, 24), both) == date(2026, 12, 24)
    assert CHRISTMAS.next_open(date(2026, 12, 25), both) == date(2026, 12, 28)


def test_feast_longer_than_a_step_moves_is_sent_in() -> None:
    feast = [SATURDAY + timedelta(days=ahead) for ahead in range(LONGEST_MOVE)]
    only_holidays = frozenset({Avoid.HOLIDAYS})

    whole = DaysOff(holidays=frozenset(feast))
    shorter = DaysOff(holidays=frozenset(feast[:-1]))

    assert whole.next_open(SATURDAY, only_holidays) == SATURDAY
    assert shorter.next_open(SATURDAY, only_holidays) == feast[-1]
    assert LONGEST_MOVE == 10
