import pytest

from research.estimators import balance
from research.estimators.means import Sample
from research.share import Share


def test_shares_by_hand() -> None:
    # 0.1 / sqrt((0.24 + 0.25) / 2)
    assert balance.of_shares(Share(30, 50), Share(25, 50)) == pytest.approx(0.202031, abs=1e-6)


def test_means_by_hand() -> None:
    # 2 / sqrt((9 + 25) / 2)
    assert balance.of_means(Sample(40, 44.0, 9.0), Sample(40, 42.0, 25.0)) == pytest.approx(
        0.485071, abs=1e-6
    )


def test_arms_that_are_all_alike_differ_by_nothing() -> None:
    assert balance.of_shares(Share(0, 10), Share(0, 12)) == 0


def test_nobody_or_no_spread_has_no_answer() -> None:
    assert balance.of_shares(Share(0, 0), Share(3, 12)) is None
    assert balance.of_shares(Share(0, 10), Share(12, 12)) is None
    assert balance.of_means(Sample(1, 3.0, 0.0), Sample(5, 2.0, 1.0)) is None
    assert balance.of_means(Sample(3, 3.0, 0.0), Sample(5, 2.0, 0.0)) is None
