from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from campaigns.schedule import Span, instant_at, is_allowed, next_allowed

ZONES = st.sampled_from(sorted(zone for zone in available_timezones() if "/" in zone)).map(ZoneInfo)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
#: As people and rows say them: without a word on which of two is meant.
WALLS = st.times().map(lambda wall: wall.replace(microsecond=0, fold=0))
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, 1438))
    end = draw(st.integers(start + 1, 1439))
    return Span(time(start // 60, start % 60), time(end // 60, end % 60))


@given(DAYS, WALLS, ZONES)
def test_instant_at_shows_the_wall_time_or_the_first_after_a_gap(
    day: date, wall: time, zone: ZoneInfo
) -> None:
    instant = instant_at(day, wall, zone)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    asked = datetime.combine(day, wall)

    assert shown >= asked
    if shown != asked:
        before = (instant - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert before < asked


@given(DAYS, WALLS, ZONES)
def test_instant_at_takes_the_first_of_two(day: date, wall: time, zone: ZoneInfo) -> None:
    instant = instant_at(day, wall, zone)
    earlier = instant - timedelta(hours=1)

    assert earlier.astimezone(zone).replace(tzinfo=None) < datetime.combine(day, wall)


@given(DAYS, WALLS, ZONES)
def test_instant_at_takes_the_second_of_two_where_that_is_said(
    day: date, wall: time, zone: ZoneInfo
) -> None:
    """PEP 495's fold, in a wall time that was read off an instant."""
    instant = instant_at(day, wall.replace(fold=1), zone)
    later = instant + timedelta(hours=1)

    assert later.astimezone(zone).replace(tzinfo=None) > datetime.combine(day, wall)


@given(INSTANTS, spans(), ZONES)
def test_next_allowed_is_allowed_and_never_earlier(
    instant: datetime, hours: Span, zone: ZoneInfo
) -> None:
    found = next_allowed(instant, hours, zone)

    assert found >= instant
    assert is_allowed(found, hours, zone)
    assert found - instant < timedelta(days=3)
