"""How quickly two arms' people leave, compared: Cox's hazard ratio and the log-rank test. Pure.

By whole days, as everywhere here, so many leave on one day: ties are taken as Efron does (1977).
Strata keep their own baselines. The proportion is assumed to be the same on every day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from research.estimators.estimate import Estimate, around_ratio, two_sided

_CLOSE, _MOST_STEPS = 1e-10, 50


@dataclass(frozen=True, slots=True)
class Watched:
    """People of one arm and stratum: how many left on each day, and how many were last seen."""

    left: Mapping[int, int]
    censored: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    arm: Watched
    against: Watched


@dataclass(frozen=True, slots=True)
class _Day:
    """`d` of `n` in the arm left, `e` of `m` in the other."""

    d: int
    n: int
    e: int
    m: int


def ratio(pairs: Sequence[Pair]) -> Estimate | None:
    """One pair a stratum. None where nobody of an arm left: the ratio has no end then."""
    days = [day for pair in pairs for day in _days(pair)]
    if not (any(day.d for day in days) and any(day.e for day in days)):
        return None
    beta = 0.0
    for _ in range(_MOST_STEPS):
        score, information = _slope(days, exp(beta))
        if not information:
            return None
        step = max(-2.0, min(2.0, score / information))
        beta += step
        if abs(step) < _CLOSE:
            return around_ratio(exp(beta), 1 / sqrt(information))
    return None


def no_difference(pairs: Sequence[Pair]) -> float | None:
    """p by the log-rank test, stratified where there are strata."""
    apart = variance = 0.0
    for day in (day for pair in pairs for day in _days(pair)):
        everybody, gone = day.n + day.m, day.d + day.e
        apart += day.d - gone * day.n / everybody
        if everybody > 1:
            variance += gone * day.n * day.m * (everybody - gone) / (everybody**2 * (everybody - 1))
    return two_sided(apart / sqrt(variance)) if variance else None


def _slope(days: Iterable[_Day], hazard: float) -> tuple[float, float]:
    """Of the partial log-likelihood: first derivative, and the second with its sign turned."""
    score = information = 0.0
    for day in days:
        gone = day.d + day.e
        score += day.d
        for place in range(gone):
            share = place / gone
            mine = hazard * (day.n - share * day.d)
            chance = mine / (mine + day.m - share * day.e)
            score -= chance
            information += chance * (1 - chance)
    return score, information


def _days(pair: Pair) -> list[_Day]:
    """The days on which somebody left."""
    found = []
    for day in sorted({day for each in (pair.arm, pair.against) for day in each.left}):
        mine, other = pair.arm.left.get(day, 0), pair.against.left.get(day, 0)
        if mine or other:
            found.append(_Day(mine, _at_risk(pair.arm, day), other, _at_risk(pair.against, day)))
    return found


def _at_risk(watched: Watched, day: int) -> int:
    return sum(
        count
        for by_day in (watched.left, watched.censored)
        for when, count in by_day.items()
        if when >= day
    )
