import numpy as np
import pytest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from research.estimators import means
from research.estimators.means import Sample
from tests.research.estimators.simulated import HIGHEST, LOWEST, RUNS, SEED, record


def of(values: np.ndarray) -> Sample:
    return means.sample(len(values), float(values.sum()), float((values**2).sum()))


def test_equal_to_statsmodels() -> None:
    draw = np.random.default_rng(SEED)
    mine, other = draw.gamma(2, 3, 40), draw.gamma(2, 5, 25)
    theirs = CompareMeans(DescrStatsW(mine), DescrStatsW(other))
    found = means.difference(of(mine), of(other))
    assert found is not None

    assert (found.estimate.low, found.estimate.high) == pytest.approx(
        theirs.tconfint_diff(usevar="unequal")
    )
    _, p, degrees = theirs.ttest_ind(usevar="unequal")
    assert (found.p, found.degrees) == pytest.approx((p, degrees))


def test_nobody_to_compare_has_no_answer() -> None:
    assert means.difference(means.sample(1, 3, 9), means.sample(4, 4, 6)) is None
    assert means.difference(means.sample(3, 6, 12), means.sample(4, 8, 16)) is None
    assert means.sample(0, 0, 0) == Sample(0, 0.0, 0.0)


def test_on_simulated_trials_unbiased_and_covering() -> None:
    """40 people against 60, of unlike variances."""
    draw = np.random.default_rng(SEED)
    found = [
        means.difference(of(draw.normal(12, 6, 40)), of(draw.normal(10, 3, 60)))
        for _ in range(RUNS)
    ]

    told = record([each and each.estimate for each in found], 2.0)
    assert told.is_unbiased, told
    assert LOWEST <= told.covered <= HIGHEST, told
