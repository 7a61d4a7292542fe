from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from enrolment.load import NO_LOAD, Load

MONDAY = date(2026, 12, 7)
NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)


def test_plus_counts_by_day() -> None:
    load = NO_LOAD.plus(MONDAY, NOON).plus(MONDAY, NOON + timedelta(hours=3))

    assert load.on(MONDAY) == 2
    assert load.on(MONDAY - timedelta(days=1)) == 0
    assert load.last_at == NOON + timedelta(hours=3)


def test_plus_on_a_later_day_keeps_the_week_before_it() -> None:
    load = NO_LOAD.plus(MONDAY, NOON).plus(MONDAY + timedelta(days=6), NOON + timedelta(days=6))

    assert load.on(MONDAY) == 1
    assert load.week_before(MONDAY + timedelta(days=6)) == 2
    assert load.week_before(MONDAY + timedelta(days=7)) == 1


def test_plus_on_an_earlier_day_leaves_the_newest_day() -> None:
    load = NO_LOAD.plus(MONDAY, NOON).plus(MONDAY - timedelta(days=2), NOON - timedelta(days=2))

    assert load.day == MONDAY
    assert load.on(MONDAY - timedelta(days=2)) == 1
    assert load.last_at == NOON


def test_beside_adds_two_campaigns_of_one_number() -> None:
    one = NO_LOAD.plus(MONDAY, NOON)
    other = NO_LOAD.plus(MONDAY - timedelta(days=1), NOON - timedelta(days=1)).plus(MONDAY, NOON)

    assert one.beside(other).on(MONDAY) == 2
    assert other.beside(one).on(MONDAY - timedelta(days=1)) == 1
    assert NO_LOAD.beside(one) == one == one.beside(NO_LOAD)


@given(st.lists(st.integers(0, 30), max_size=60))
def test_a_week_is_never_under_counted(offsets: list[int]) -> None:
    load, days = NO_LOAD, sorted(offsets)
    for offset in days:
        load = load.plus(MONDAY + timedelta(days=offset), NOON + timedelta(days=offset))

    last = days[-1] if days else 0
    within = sum(last - offset < 7 for offset in days)
    assert load.week_before(MONDAY + timedelta(days=last)) == within


@given(st.lists(st.integers(0, 10), max_size=20), st.lists(st.integers(0, 10), max_size=20))
def test_two_loads_together_are_as_one_load_of_all(ours: list[int], theirs: list[int]) -> None:
    def of(offsets: list[int]) -> Load:
        load = NO_LOAD
        for offset in sorted(offsets):
            load = load.plus(MONDAY + timedelta(days=offset), NOON + timedelta(days=offset))
        return load

    assert of(ours).beside(of(theirs)) == of(ours + theirs)
