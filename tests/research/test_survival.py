import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.survival import kaplan_meier, staying_at

#: Made by lifelines 0.30's KaplanMeierFitter on drawn samples: `python kaplan_meier.py > ...json`.
KNOWN = json.loads((Path(__file__).parent / "kaplan_meier.json").read_text(encoding="utf-8"))

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


@pytest.mark.parametrize("sample", KNOWN, ids=lambda sample: sample["name"])
def test_equal_to_lifelines(sample: dict) -> None:
    left = {int(day): count for day, count in sample["left"].items()}
    censored = {int(day): count for day, count in sample["censored"].items()}
    points = {point.day: point for point in kaplan_meier(left, censored)}

    for day, staying, low, high in sample["points"]:
        point = points[day]
        assert point.staying == pytest.approx(staying, abs=1e-9)
        if point.band is not None:
            assert point.band.low == pytest.approx(low, abs=1e-9)
            assert point.band.high == pytest.approx(high, abs=1e-9)
    assert len(sample["points"]) == len(points)


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
