from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from enrolment.trends import Reading, trends

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
VALUES = st.integers(10, 300).map(lambda tenths: tenths / 10)
READINGS = st.lists(
    st.builds(
        Reading,
        st.sampled_from(("sugar", "weight")),
        st.integers(-2 * 24, 70 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
        VALUES,
    ),
    max_size=40,
)


@given(READINGS, st.sampled_from((7, 14, 30)))
def test_trend_is_the_difference_of_two_means(readings: list[Reading], days: int) -> None:
    def mean(youngest: int, oldest: int) -> float | None:
        hours = [(NOW - told.measured_at) / timedelta(hours=1) for told in readings]
        values = [
            told.value
            for told, age in zip(readings, hours, strict=True)
            if told.kind == "sugar" and youngest * 24 <= age < oldest * 24
        ]
        return sum(values) / len(values) if values else None

    lately, before = mean(0, days), mean(days, 2 * days)

    found = trends(readings, NOW).get(f"trend.sugar.{days}d")

    if lately is None or before is None:
        assert found is None
    else:
        assert found is not None
        assert abs(found - (lately - before)) < 1e-5


@given(READINGS)
def test_order_of_the_readings_does_not_matter(readings: list[Reading]) -> None:
    shuffled = sorted(readings, key=lambda told: (told.value, told.measured_at))

    assert trends(shuffled, NOW) == trends(readings, NOW)


@given(READINGS, VALUES)
def test_what_rises_all_over_rises_by_nothing(readings: list[Reading], more: float) -> None:
    """A scale that is off by as much every day tells the same change."""
    shifted = [told._replace(value=told.value + more) for told in readings]
    before, after = trends(readings, NOW), trends(shifted, NOW)

    assert before.keys() == after.keys()
    assert all(abs(before[name] - after[name]) < 1e-5 for name in before)


@given(READINGS)
def test_same_value_every_day_has_no_trend(readings: list[Reading]) -> None:
    level = [told._replace(value=6.5) for told in readings]

    assert set(trends(level, NOW).values()) <= {0.0}
