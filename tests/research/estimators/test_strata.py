import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from research.estimators import strata, two_shares
from research.estimators.strata import Stratum
from research.share import Share
from tests.research.estimators.simulated import (
    HIGHEST,
    LOWEST,
    RUNS,
    SEED,
    record,
    record_of_ratios,
)

LIGHT = Stratum(Share(45, 120), Share(35, 118))
HEAVY = Stratum(Share(20, 150), Share(12, 152))
THIRD = Stratum(Share(9, 31), Share(5, 29))
BOTH = [LIGHT, HEAVY, THIRD]


def table(each: Stratum) -> list[list[int]]:
    return [
        [share.numerator, share.denominator - share.numerator] for share in (each.arm, each.against)
    ]


def test_equal_to_statsmodels() -> None:
    theirs = StratifiedTable([np.array(table(each)) for each in BOTH])
    odds, ratio = strata.odds_ratio(BOTH), strata.ratio(BOTH)
    assert odds is not None
    assert ratio is not None

    low, high = theirs.oddsratio_pooled_confint()
    assert (odds.value, odds.low, odds.high) == pytest.approx(
        (theirs.oddsratio_pooled, low, high), abs=1e-12
    )
    assert ratio.value == pytest.approx(theirs.riskratio_pooled, abs=1e-12)
    assert strata.no_difference(BOTH) == pytest.approx(theirs.test_null_odds().pvalue, abs=1e-12)


def test_worked_example_of_the_documentation() -> None:
    found = strata.difference([LIGHT, HEAVY])
    assert found is not None

    assert round(found.value, 4) == 0.0650
    assert (round(found.low, 4), round(found.high, 4)) == (-0.0005, 0.1304)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_one_stratum_is_no_stratum(a: int, b: int, c: int, d: int) -> None:
    one = Stratum(Share(a, a + b), Share(c, c + d))

    for mine, plain in (
        (strata.ratio, two_shares.ratio),
        (strata.odds_ratio, two_shares.odds_ratio),
    ):
        pooled, single = mine([one]), plain(one.arm, one.against)
        assert pooled is not None
        assert single is not None
        assert (pooled.value, pooled.low, pooled.high) == pytest.approx(
            (single.value, single.low, single.high)
        )
    found = strata.difference([one])
    assert found is not None
    assert found.value == pytest.approx(a / (a + b) - c / (c + d))


def test_stratum_of_one_arm_alone_tells_nothing() -> None:
    alone = Stratum(Share(3, 5), Share(0, 0))

    assert strata.difference([*BOTH, alone]) == strata.difference(BOTH)
    assert strata.difference([alone]) is None
    assert strata.ratio([alone]) is None
    assert strata.no_difference([alone]) is None


def test_nothing_that_happened_has_no_interval() -> None:
    nobody = Stratum(Share(0, 40), Share(0, 42))

    assert strata.difference([nobody, nobody]) is None
    assert strata.odds_ratio([nobody]) is None


def test_on_simulated_trials_unbiased_and_covering() -> None:
    """Eight strata of 75 people whose smoke-free share runs from 8 to 36 %: once everybody has 8
    points more in the arm, once one and a half times the share, once twice the odds."""
    base = np.linspace(0.08, 0.36, 8)
    odds = 2 * base / (1 - base)
    draw = np.random.default_rng(SEED)
    truths = (
        ("difference", base + 0.08, strata.difference, record, 0.08),
        ("ratio", base * 1.5, strata.ratio, record_of_ratios, 1.5),
        ("odds", odds / (1 + odds), strata.odds_ratio, record_of_ratios, 2.0),
    )
    for name, chance, estimate, judge, truth in truths:
        found = judge([estimate(_trial(draw, chance, base)) for _ in range(RUNS)], truth)
        assert found.is_unbiased, (name, found)
        assert LOWEST <= found.covered <= HIGHEST, (name, found)


def _trial(draw: np.random.Generator, chance: np.ndarray, base: np.ndarray) -> list[Stratum]:
    arms, others = draw.binomial(38, chance), draw.binomial(37, base)
    return [
        Stratum(Share(int(a), 38), Share(int(b), 37)) for a, b in zip(arms, others, strict=True)
    ]
