"""Whether the arms of a trial are alike in what they were stratified by: counts, and standardised
differences against the first arm. Reads the ledger alone; test participants are left out.
"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from campaigns.models import Factor, Trial
from enrolment.models import Allocation
from research.estimators.balance import of_shares
from research.share import Share


@dataclass(frozen=True, slots=True)
class Line:
    """One level, such as language=nb. `people` by arm; `difference`: of each arm's share from the
    first arm's, in pooled standard deviations, None where there is none to tell; 0.1 is little."""

    level: str
    people: dict[str, int]
    difference: dict[str, float | None]


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
    shares = {arm: Share(found[arm], sums[arm]) for arm in arms}
    return Line(
        level,
        {arm: found[arm] for arm in arms},
        {arm: of_shares(shares[arm], shares[arms[0]]) for arm in arms[1:]},
    )
