"""A figure with its 95 % interval, and how far chance alone explains it. Pure."""

from dataclasses import dataclass
from math import erfc, exp, log, sqrt

from research.share import Z95


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float
    high: float


def around(value: float, error: float, *, reach: float = Z95) -> Estimate:
    """`error`: the standard error; `reach`: how many of them the interval takes to each side."""
    return Estimate(value, value - reach * error, value + reach * error)


def around_ratio(value: float, error: float) -> Estimate:
    """Of a ratio, whose logarithm has that standard error."""
    found = around(log(value), error)
    return Estimate(value, exp(found.low), exp(found.high))


def two_sided(z: float) -> float:
    """The chance of a standard normal value as far from nought as this, or further."""
    return erfc(abs(z) / sqrt(2))
