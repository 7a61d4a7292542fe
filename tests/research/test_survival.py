"""Our own curve: quick, on counts of days, and no import of pandas in a web process; held to
lifelines, which is the measure."""

import random
import warnings
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.survival import kaplan_meier, staying_at

with warnings.catch_warnings():
    # Of the libraries it stands on.
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter

#: (people, mean days until leaving, days watched)
SAMPLES = {
    "few": (12, 10, 30),
    "many": (400, 60, 90),
    "heavy": (1000, 5, 182),
    "light": (300, 500, 182),
}

days = st.dictionaries(st.integers(0, 60), st.integers(0, 50), max_size=20)


def test_two_of_five_left_by_hand() -> None:
    """Day 0: one of five leaves. Day 2: one is lost from sight. Day 3: one of three leaves."""
    points = kaplan_meier({0: 1, 3: 1}, {2: 1, 5: 2})

    assert [(point.day, point.at_risk, point.left) for point in points] == [
        (0, 5, 1),
        (2, 4, 0),
        (3, 3, 1),
        (5, 2, 0),
    ]
    assert [round(point.staying, 6) for point in points] == [0.8, 0.8, 0.533333, 0.533333]
    band = points[2].band
    assert band is not None
    # Greenwood: 1/(5*4) + 1/(3*2) = 0.216667; ln(-ln 0.533333) = -0.4643; half = 1.4513
    assert (round(band.low, 4), round(band.high, 4)) == (0.0683, 0.8631)


@pytest.mark.parametrize("name", SAMPLES)
def test_equal_to_lifelines(name: str) -> None:
    people, mean, horizon = SAMPLES[name]
    draw = random.Random(name)
    left: Counter[int] = Counter()
    censored: Counter[int] = Counter()
    for _ in range(people):
        leaves, seen = int(draw.expovariate(1 / mean)), draw.randrange(horizon)
        (left if leaves <= seen else censored)[min(leaves, seen)] += 1
    times = [(day, 1) for day in left.elements()] + [(day, 0) for day in censored.elements()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = KaplanMeierFitter().fit([t for t, _ in times], [e for _, e in times])
    curve, band = fitter.survival_function_, fitter.confidence_interval_

    points = kaplan_meier(left, censored)

    assert len(points) == len(set(left) | set(censored))
    for point in points:
        assert point.staying == pytest.approx(float(curve.loc[point.day].iloc[0]), abs=1e-9)
        if point.band is not None:
            low, high = (float(value) for value in band.loc[point.day])
            assert point.band.low == pytest.approx(low, abs=1e-9)
            assert point.band.high == pytest.approx(high, abs=1e-9)


@given(days, days)
def test_the_curve_only_falls_and_keeps_within_its_band(
    left: dict[int, int], censored: dict[int, int]
) -> None:
    points = kaplan_meier(left, censored)

    assert sum(point.left + point.censored for point in points) == sum(left.values()) + sum(
        censored.values()
    )
    before = 1.0
    for point in points:
        assert 0 <= point.staying <= before
        before = point.staying
        if point.band is not None:
            assert 0 <= point.band.low <= point.staying <= point.band.high <= 1


@given(days)
def test_without_anybody_lost_from_sight_it_is_the_plain_share(left: dict[int, int]) -> None:
    everybody = sum(left.values())
    gone = 0
    for point in kaplan_meier(left, {}):
        gone += point.left
        assert point.staying == pytest.approx(1 - gone / everybody)


def test_nobody_gives_no_curve() -> None:
    assert kaplan_meier({}, {}) == ()
    assert staying_at((), 7) is None


def test_before_day_nought_nobody_is_watched() -> None:
    with pytest.raises(ValueError, match="before day 0"):
        kaplan_meier({-1: 2}, {})
