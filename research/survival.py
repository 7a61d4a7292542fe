"""Kaplan and Meier's estimate of who is still there, by whole days, with a band. Pure.

S(t) is the product of 1 - d/n over the days up to t on which somebody left: d who left on that day
of n who were still watched when it began. Who is only lost from sight (the data end) counts as
watched through that day. Variance by Greenwood's sum; the band is the exponential one (log minus
log), which stays within nought and one. The tests hold it to lifelines, whose figures it
gives without pandas.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from research.share import Z95, Interval


@dataclass(frozen=True, slots=True)
class Point:
    """The end of one day. `band` is None where nobody has left yet, or nobody is left."""

    day: int
    at_risk: int
    left: int
    censored: int
    staying: float
    band: Interval | None


def kaplan_meier(left: Mapping[int, int], censored: Mapping[int, int]) -> tuple[Point, ...]:
    """One point for each day on which somebody left or was last seen, in order. Both by day, from
    0: how many."""
    days = sorted({day for day, count in (*left.items(), *censored.items()) if count})
    if days and days[0] < 0:
        raise ValueError("nobody is watched before day 0")
    at_risk = sum(left.values()) + sum(censored.values())
    staying, greenwood, points = 1.0, 0.0, []
    for day in days:
        gone, unseen = left.get(day, 0), censored.get(day, 0)
        staying *= 1 - gone / at_risk
        if gone < at_risk:
            greenwood += gone / (at_risk * (at_risk - gone))
        points.append(Point(day, at_risk, gone, unseen, staying, _band(staying, greenwood)))
        at_risk -= gone + unseen
    return tuple(points)


def staying_at(points: tuple[Point, ...], day: int) -> Point | None:
    """The last point up to that day; None before the first, when everybody is there."""
    found = [point for point in points if point.day <= day]
    return found[-1] if found else None


def _band(staying: float, greenwood: float) -> Interval | None:
    if not 0 < staying < 1:
        return None
    spread = Z95 * sqrt(greenwood) / log(staying)
    middle = log(-log(staying))
    return Interval(exp(-exp(middle - spread)), exp(-exp(middle + spread)))
