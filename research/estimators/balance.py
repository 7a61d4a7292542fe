"""How alike two arms were at the start: standardised differences. Pure.

No test: whatever differs after a fair draw differs by chance (CONSORT 2010, item 15).
"""

from math import sqrt

from research.estimators.means import Sample
from research.share import Share


def of_shares(arm: Share, against: Share) -> float | None:
    """Difference of the shares over the root of their mean variance."""
    if arm.value is None or against.value is None:
        return None
    spread = (arm.value * (1 - arm.value) + against.value * (1 - against.value)) / 2
    return _over(arm.value - against.value, spread)


def of_means(arm: Sample, against: Sample) -> float | None:
    if min(arm.n, against.n) < 2:
        return None
    return _over(arm.mean - against.mean, (arm.variance + against.variance) / 2)


def _over(apart: float, variance: float) -> float | None:
    """Nought where nobody differs at all; None where the arms differ and nobody within them."""
    if variance:
        return apart / sqrt(variance)
    return None if apart else 0.0
