from collections import Counter

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.statistics import logrank_test
from statsmodels.duration.survfunc import survdiff

from research.estimators import hazard
from research.estimators.hazard import Pair, Watched
from tests.research.estimators.simulated import HIGHEST, LOWEST, RUNS, SEED, record_of_ratios


def trial(draw: np.random.Generator, people: int, slower: float = 1.0) -> pd.DataFrame:
    """Leaving by whole days at a constant hazard, halved by the arm times `slower`."""
    arm = np.arange(people) % 2
    stratum = np.arange(people) // 2 % 2
    leaves = draw.exponential(np.where(arm == 1, 120, 60) * slower).astype(int)
    seen = draw.integers(20, 120, people)
    return pd.DataFrame(
        {
            "day": np.minimum(leaves, seen),
            "left": (leaves <= seen).astype(int),
            "arm": arm,
            "stratum": stratum,
        }
    )


def pair(rows: pd.DataFrame) -> Pair:
    def watched(of: pd.DataFrame) -> Watched:
        left, seen = of[of.left == 1].day, of[of.left == 0].day
        return Watched(Counter(map(int, left)), Counter(map(int, seen)))

    return Pair(watched(rows[rows.arm == 1]), watched(rows[rows.arm == 0]))


def pairs(rows: pd.DataFrame) -> list[Pair]:
    return [pair(part) for _, part in rows.groupby("stratum")]


def test_equal_to_lifelines() -> None:
    rows = trial(np.random.default_rng(SEED), 300)
    found = hazard.ratio([pair(rows)])
    assert found is not None

    theirs = CoxPHFitter().fit(rows.drop(columns="stratum"), "day", "left")
    told = theirs.summary.loc["arm"]
    assert (found.value, found.low, found.high) == pytest.approx(
        (
            told["exp(coef)"],
            told["exp(coef) lower 95%"],
            told["exp(coef) upper 95%"],
        ),
        rel=1e-6,
    )
    mine, other = rows[rows.arm == 1], rows[rows.arm == 0]
    logrank = logrank_test(mine.day, other.day, mine.left, other.left)
    assert hazard.no_difference([pair(rows)]) == pytest.approx(logrank.p_value, rel=1e-9)


def test_strata_equal_to_lifelines_and_statsmodels() -> None:
    rows = trial(np.random.default_rng(SEED + 1), 300)
    found = hazard.ratio(pairs(rows))
    assert found is not None

    told = CoxPHFitter().fit(rows, "day", "left", strata=["stratum"]).summary.loc["arm"]
    assert (found.value, found.low, found.high) == pytest.approx(
        (
            told["exp(coef)"],
            told["exp(coef) lower 95%"],
            told["exp(coef) upper 95%"],
        ),
        rel=1e-6,
    )
    _, p = survdiff(rows.day, rows.left, rows.arm, strata=rows.stratum)
    assert hazard.no_difference(pairs(rows)) == pytest.approx(p, rel=1e-9)


def test_arm_that_nobody_left_has_no_ratio() -> None:
    nobody, some = Watched({}, {30: 10}), Watched({3: 2, 9: 1}, {30: 7})

    assert hazard.ratio([Pair(nobody, some)]) is None
    assert hazard.ratio([Pair(some, nobody)]) is None
    assert hazard.ratio([]) is None
    assert hazard.no_difference([Pair(nobody, some)]) == pytest.approx(0.0671, abs=1e-3)
    assert hazard.no_difference([Pair(nobody, nobody)]) is None


def test_day_on_which_an_arm_ends_is_no_stumbling_block() -> None:
    """Everybody of an arm has gone on day 2; the other goes on."""
    found = hazard.ratio([Pair(Watched({1: 2, 2: 3}, {}), Watched({2: 1, 5: 2}, {9: 4}))])

    assert found is not None
    assert found.value > 1


def test_on_simulated_trials_unbiased_and_covering() -> None:
    """200 people in each arm; the arm's people leave half as fast."""
    draw = np.random.default_rng(SEED)

    found = record_of_ratios([hazard.ratio([pair(trial(draw, 400))]) for _ in range(RUNS)], 0.5)

    assert found.is_unbiased, found
    assert LOWEST <= found.covered <= HIGHEST, found
