"""Whether the arms of a trial are alike in what they were stratified by: counts, and standardised
differences against the first arm. Reads the ledger alone; test participants are left out.
"""

import math
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from campaigns.models import Factor, Trial
from enrolment.models import Allocation


@dataclass(frozen=True, slots=True)
class Line:
    """One level, such as language=nb. `people` by arm; `difference`: of each arm's share from the
    first arm's, in pooled standard deviations; 0.1 is little."""

    level: str
    people: dict[str, int]
    difference: dict[str, float]


@dataclass(frozen=True, slots=True)
class Balance:
    factor: str
    people: dict[str, int]
    lines: tuple[Line, ...]


def balance(trial: Trial) -> list[Balance]:
    """Of each factor of the first stage."""
    factors = trial.factors.filter(stage=Factor.Stage.FIRST).prefetch_related("arms")
    return [_of_factor(factor) for factor in factors]


def _of_factor(factor: Factor) -> Balance:
    arms = [arm.key for arm in factor.arms.all()]
    rows = (
        Allocation.objects.filter(factor=factor, is_test=False)
        .order_by()
        .values_list("stratum", "arm__key")
        .annotate(people=Count("pk"))
    )
    levels: dict[str, Counter[str]] = {}
    sums: Counter[str] = Counter()
    for stratum, arm, people in rows:
        sums[arm] += people
        for level in filter(None, stratum.split("|")):
            levels.setdefault(level, Counter())[arm] += people
    lines = tuple(_line(level, found, arms, sums) for level, found in sorted(levels.items()))
    return Balance(factor.key, {arm: sums[arm] for arm in arms}, lines)


def _line(level: str, found: Counter[str], arms: list[str], sums: Counter[str]) -> Line:
    shares = {arm: found[arm] / sums[arm] if sums[arm] else 0.0 for arm in arms}
    return Line(
        level,
        {arm: found[arm] for arm in arms},
        {arm: standardised(shares[arms[0]], shares[arm]) for arm in arms[1:]},
    )


def standardised(first: float, second: float) -> float:
    """Of two shares; 0 where neither varies."""
    spread = math.sqrt((first * (1 - first) + second * (1 - second)) / 2)
    if spread == 0:
        return 0.0 if first == second else math.copysign(math.inf, second - first)
    return (second - first) / spread
