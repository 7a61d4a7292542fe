"""Two arms' means compared, as Welch does: nothing is assumed of their variances. Pure."""

from dataclasses import dataclass
from math import sqrt

from research.estimators.estimate import Estimate, around
from research.estimators.student import reach, two_sided


@dataclass(frozen=True, slots=True)
class Sample:
    """`variance`: with n - 1 below."""

    n: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Compared:
    estimate: Estimate
    degrees: float
    p: float


def sample(n: int, total: float, squares: float) -> Sample:
    """Of sums as a database gives them: of the values, and of their squares."""
    if n < 2:
        return Sample(n, total / n if n else 0.0, 0.0)
    return Sample(n, total / n, max(0.0, (squares - total * total / n) / (n - 1)))


def difference(arm: Sample, against: Sample) -> Compared | None:
    """None with fewer than two in an arm, or where nobody differs from anybody."""
    if min(arm.n, against.n) < 2:
        return None
    mine, other = arm.variance / arm.n, against.variance / against.n
    error = sqrt(mine + other)
    if not error:
        return None
    degrees = (mine + other) ** 2 / (mine**2 / (arm.n - 1) + other**2 / (against.n - 1))
    value = arm.mean - against.mean
    return Compared(
        around(value, error, reach=reach(degrees)), degrees, two_sided(value / error, degrees)
    )
