"""Two arms' shares compared within strata, and pooled as Mantel and Haenszel do. Pure.

For trials that drew within strata: each stratum compares like with like, and what is common to all
is estimated. A stratum with nobody in one of the arms tells nothing and falls out by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from research.estimators.estimate import Estimate, around, around_ratio, two_sided
from research.share import Share


@dataclass(frozen=True, slots=True)
class Stratum:
    arm: Share
    against: Share


@dataclass(frozen=True, slots=True)
class _Table:
    """One stratum's fourfold table: a of n in the arm, c of m in the other, N in all."""

    a: int
    n: int
    c: int
    m: int

    @property
    def all(self) -> int:
        return self.n + self.m


def difference(strata: Sequence[Stratum]) -> Estimate | None:
    """Weighted by nm/N; variance by Sato (1989), good for few large strata and many small ones.
    None where it happened to nobody or to everybody: no interval has no width."""
    tables = _tables(strata)
    weight = sum(t.n * t.m / t.all for t in tables)
    if not weight:
        return None
    value = sum((t.a * t.m - t.c * t.n) / t.all for t in tables) / weight
    first = sum(
        (t.n**2 * t.c - t.m**2 * t.a + t.n * t.m * (t.m - t.n) / 2) / t.all**2 for t in tables
    )
    second = sum((t.a * (t.m - t.c) + t.c * (t.n - t.a)) / (2 * t.all) for t in tables)
    spread = value * first + second
    return around(value, sqrt(spread) / weight) if spread > 0 else None


def ratio(strata: Sequence[Stratum]) -> Estimate | None:
    """Variance of the logarithm by Greenland and Robins (1985)."""
    tables = _tables(strata)
    above = sum(t.a * t.m / t.all for t in tables)
    below = sum(t.c * t.n / t.all for t in tables)
    if not (above and below):
        return None
    spread = sum((t.n * t.m * (t.a + t.c) - t.a * t.c * t.all) / t.all**2 for t in tables)
    return around_ratio(above / below, sqrt(spread / (above * below)))


def odds_ratio(strata: Sequence[Stratum]) -> Estimate | None:
    """Variance of the logarithm by Robins, Breslow and Greenland (1986)."""
    tables = _tables(strata)
    straight = [t.a * (t.m - t.c) / t.all for t in tables]
    crossed = [t.c * (t.n - t.a) / t.all for t in tables]
    above, below = sum(straight), sum(crossed)
    if not (above and below):
        return None
    alike = [(t.a + t.m - t.c) / t.all for t in tables]
    variance = (
        sum(p * r for p, r in zip(alike, straight, strict=True)) / above**2
        + sum(p * s + (1 - p) * r for p, r, s in zip(alike, straight, crossed, strict=True))
        / (above * below)
        + sum((1 - p) * s for p, s in zip(alike, crossed, strict=True)) / below**2
    ) / 2
    return around_ratio(above / below, sqrt(variance))


def no_difference(strata: Sequence[Stratum]) -> float | None:
    """p by Cochran, Mantel and Haenszel, without a correction."""
    tables = _tables(strata)
    apart = sum(t.a - t.n * (t.a + t.c) / t.all for t in tables)
    variance = sum(
        t.n * t.m * (t.a + t.c) * (t.all - t.a - t.c) / (t.all**2 * (t.all - 1)) for t in tables
    )
    return two_sided(apart / sqrt(variance)) if variance else None


def _tables(strata: Sequence[Stratum]) -> list[_Table]:
    return [
        _Table(
            each.arm.numerator,
            each.arm.denominator,
            each.against.numerator,
            each.against.denominator,
        )
        for each in strata
        if each.arm.denominator and each.against.denominator
    ]
