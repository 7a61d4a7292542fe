import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from research.estimators import two_shares
from research.estimators.estimate import Estimate
from research.share import Share
from tests.research.estimators.simulated import (
    HIGHEST,
    LOWEST,
    RUNS,
    SEED,
    record,
    record_of_ratios,
)

#: Two arms of 400: 26 % against 18 % smoke-free.
ARM, AGAINST = Share(104, 400), Share(72, 400)
CASES = [(ARM, AGAINST), (Share(3, 40), Share(11, 55)), (Share(1, 9), Share(8, 9))]

shares = st.integers(1, 500).flatmap(lambda n: st.integers(0, n).map(lambda count: Share(count, n)))


def told(found: Estimate | None, places: int = 4) -> tuple[float, float, float]:
    assert found is not None
    return (round(found.value, places), round(found.low, places), round(found.high, places))


def test_worked_example_of_the_documentation() -> None:
    assert told(two_shares.difference(ARM, AGAINST)) == (0.08, 0.0226, 0.1368)
    assert told(two_shares.ratio(ARM, AGAINST), 3) == (1.444, 1.106, 1.886)
    assert told(two_shares.odds_ratio(ARM, AGAINST), 3) == (1.601, 1.14, 2.247)
    assert two_shares.no_difference(ARM, AGAINST) == pytest.approx(0.00631, abs=5e-6)


@pytest.mark.parametrize(("arm", "against"), CASES)
def test_equal_to_statsmodels(arm: Share, against: Share) -> None:
    counts = (arm.numerator, arm.denominator, against.numerator, against.denominator)
    for found, compare, method in (
        (two_shares.difference(arm, against), "diff", "newcomb"),
        (two_shares.ratio(arm, against), "ratio", "log"),
        (two_shares.odds_ratio(arm, against), "odds-ratio", "logit"),
    ):
        low, high = confint_proportions_2indep(*counts, compare=compare, method=method)
        assert found is not None
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)
    table = Table2x2([[counts[0], counts[1] - counts[0]], [counts[2], counts[3] - counts[2]]])
    assert told(two_shares.odds_ratio(arm, against), 9)[0] == pytest.approx(table.oddsratio)
    assert told(two_shares.ratio(arm, against), 9)[0] == pytest.approx(table.riskratio)
    _, p = proportions_ztest(counts[::2], counts[1::2])
    assert two_shares.no_difference(arm, against) == pytest.approx(p, abs=1e-12)


@given(shares, shares)
def test_turned_round_the_difference_turns_its_sign_and_ratios_their_side(
    arm: Share, against: Share
) -> None:
    there, back = two_shares.difference(arm, against), two_shares.difference(against, arm)
    assert there is not None
    assert back is not None
    assert -1 <= there.low <= there.value <= there.high <= 1
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    for compare in (two_shares.ratio, two_shares.odds_ratio):
        one, other = compare(arm, against), compare(against, arm)
        assert (one is None) == (other is None)
        if one and other:
            assert one.low <= one.value <= one.high
            assert one.value == pytest.approx(1 / other.value)
            assert one.low == pytest.approx(1 / other.high)


def test_nothing_to_compare_has_no_answer() -> None:
    nobody, none, all_ = Share(0, 0), Share(0, 20), Share(20, 20)

    assert two_shares.difference(nobody, ARM) is None
    assert two_shares.no_difference(ARM, nobody) is None
    assert two_shares.ratio(none, ARM) is None
    assert two_shares.odds_ratio(all_, ARM) is None
    assert two_shares.no_difference(none, none) is None
    assert two_shares.difference(none, all_) is not None


def test_on_simulated_trials_unbiased_and_covering() -> None:
    """1,000 an arm, 25 % against 15 %: in small arms the logarithm of a ratio is itself biased, by
    half of the difference of (1 - p) / np."""
    draw = np.random.default_rng(SEED)
    pairs = [
        (Share(int(a), 1000), Share(int(b), 1000))
        for a, b in zip(
            draw.binomial(1000, 0.25, RUNS), draw.binomial(1000, 0.15, RUNS), strict=True
        )
    ]
    records = {
        "difference": record([two_shares.difference(*pair) for pair in pairs], 0.10),
        "ratio": record_of_ratios([two_shares.ratio(*pair) for pair in pairs], 0.25 / 0.15),
        "odds": record_of_ratios(
            [two_shares.odds_ratio(*pair) for pair in pairs], (0.25 / 0.75) / (0.15 / 0.85)
        ),
    }

    for name, found in records.items():
        assert found.is_unbiased, (name, found)
        assert LOWEST <= found.covered <= HIGHEST, (name, found)


def test_without_an_effect_one_in_twenty_is_called_one() -> None:
    draw = np.random.default_rng(SEED)
    counts = draw.binomial(300, 0.2, (RUNS, 2))

    found = [
        two_shares.no_difference(Share(int(a), 300), Share(int(b), 300)) or 1.0 for a, b in counts
    ]

    assert 0.03 <= np.mean([p < 0.05 for p in found]) <= 0.07
