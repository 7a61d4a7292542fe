"""How many people a comparison of two arms needs, or what it can show: by statsmodels.

Two-sided: shares by Cohen's h and the normal approximation, means by Cohen's d and Student's t.
"""

import math
from dataclasses import dataclass

from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import proportion_effectsize


@dataclass(frozen=True, slots=True)
class Design:
    """`effect`: Cohen's h or d. `ratio`: people of the second arm for each of the first. `lost`:
    the share whose outcome will not be known, who are asked for on top."""

    effect: float
    is_proportion: bool
    ratio: float = 1.0
    alpha: float = 0.05
    lost: float = 0.0

    def people(self, power: float) -> tuple[int, int]:
        """Of each arm."""
        first = self._solve(nobs1=None, power=power) / (1 - self.lost)
        return math.ceil(first), math.ceil(first * self.ratio)

    def power(self, first: int) -> float:
        """With so many people in the first arm."""
        return self._solve(nobs1=first * (1 - self.lost), power=None)

    def _solve(self, *, nobs1: float | None, power: float | None) -> float:
        solver = NormalIndPower() if self.is_proportion else TTestIndPower()
        found = solver.solve_power(
            effect_size=abs(self.effect),
            nobs1=nobs1,
            alpha=self.alpha,
            power=power,
            ratio=self.ratio,
            alternative="two-sided",
        )
        return float(found)


def of_proportions(first: float, second: float, **design: float) -> Design:
    """Raises ValueError where there is nothing to tell apart."""
    if not (0 < first < 1 and 0 < second < 1) or first == second:
        raise ValueError("two different shares between 0 and 1")
    return Design(float(proportion_effectsize(second, first)), True, **design)


def of_means(difference: float, deviation: float, **design: float) -> Design:
    """Raises ValueError where there is nothing to tell apart."""
    if difference == 0 or deviation <= 0:
        raise ValueError("a difference, and a standard deviation above 0")
    return Design(difference / deviation, False, **design)
