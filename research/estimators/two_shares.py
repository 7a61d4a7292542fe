"""Two arms' shares compared: difference, ratio, odds ratio. Pure.

Each takes the arm first and what it is held against second. None where the formula has no answer:
nobody in an arm, or, of a ratio, an arm in which it happened to nobody (or, of odds, to all).
"""

from math import sqrt

from research.estimators.estimate import Estimate, around_ratio, two_sided
from research.share import Share


def difference(arm: Share, against: Share) -> Estimate | None:
    """Newcombe's interval (1998, method 10), of the two Wilson intervals: it stays within -1 and 1,
    and holds in small arms and near nought."""
    mine, other = arm.interval, against.interval
    if mine is None or other is None:
        return None
    p, q = _value(arm), _value(against)
    below = sqrt((p - mine.low) ** 2 + (other.high - q) ** 2)
    above = sqrt((mine.high - p) ** 2 + (q - other.low) ** 2)
    return Estimate(p - q, p - q - below, p - q + above)


def ratio(arm: Share, against: Share) -> Estimate | None:
    """Katz's interval (1978), on the logarithm."""
    if not (arm.numerator and against.numerator):
        return None
    variance = sum(1 / each.numerator - 1 / each.denominator for each in (arm, against))
    return around_ratio(_value(arm) / _value(against), sqrt(variance))


def odds_ratio(arm: Share, against: Share) -> Estimate | None:
    """Woolf's interval (1955), on the logarithm."""
    cells = [
        cell for each in (arm, against) for cell in (each.numerator, _without(each))
    ]  # a, b, c, d of the fourfold table
    if not all(cells):
        return None
    a, b, c, d = cells
    return around_ratio(a * d / (b * c), sqrt(sum(1 / cell for cell in cells)))


def no_difference(arm: Share, against: Share) -> float | None:
    """p of both shares being one: the z test with the pooled share, which is Pearson's chi-squared
    test without a correction."""
    if not (arm.denominator and against.denominator):
        return None
    pooled = (arm.numerator + against.numerator) / (arm.denominator + against.denominator)
    variance = pooled * (1 - pooled) * (1 / arm.denominator + 1 / against.denominator)
    return two_sided((_value(arm) - _value(against)) / sqrt(variance)) if variance else None


def _value(share: Share) -> float:
    return share.numerator / share.denominator


def _without(share: Share) -> int:
    return share.denominator - share.numerator
