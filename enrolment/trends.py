"""How a person's readings have changed: the mean of some days against that of as many before. Pure.

One definition for the database and for people in memory. Days are counted back from the instant of
asking, 24 hours each. One reading in each span is enough, since a weight is told once a week;
without one there is no trend, and a condition that asks for it is unknown.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import fmean
from typing import NamedTuple

from campaigns.measures import TREND_DAYS


class Reading(NamedTuple):
    """One measured value, as trends need it."""

    kind: str
    measured_at: datetime
    value: float


LONGEST = timedelta(days=2 * max(TREND_DAYS))


def trends(readings: Iterable[Reading], now: datetime) -> dict[str, float]:
    """`trend.<kind>.<days>d` for every kind and span that has one; above nothing: it rose."""
    by_kind: dict[str, list[Reading]] = {}
    for reading in readings:
        by_kind.setdefault(reading.kind, []).append(reading)
    found: dict[str, float] = {}
    for kind, told in by_kind.items():
        for days in TREND_DAYS:
            change = _change(told, timedelta(days=days), now)
            if change is not None:
                found[f"trend.{kind}.{days}d"] = change
    return found


def _change(told: Iterable[Reading], span: timedelta, now: datetime) -> float | None:
    lately: list[float] = []
    before: list[float] = []
    for reading in told:
        age = now - reading.measured_at
        if age < timedelta(0) or age >= 2 * span:
            continue
        (lately if age < span else before).append(reading.value)
    # To the digits devices have: 0.1 + 0.2 would rise above 0.3.
    return round(fmean(lately) - fmean(before), 6) if lately and before else None
