"""Part of a whole, with both said, and the interval a share of so few leaves open. Pure."""

from dataclasses import dataclass
from math import sqrt

#: Of the standard normal distribution: 95 of 100 lie within.
Z95 = 1.959963984540054
#: A cell of fewer people could be somebody a reader knows.
SMALLEST_CELL = 5


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} is no part of {self.denominator}")

    @property
    def value(self) -> float | None:
        """None of nothing, which is not nought."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's, of 95 %: it stays within nought and one, also of a few people."""
        if not self.denominator:
            return None
        n, p, z2 = self.denominator, self.numerator / self.denominator, Z95 * Z95
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        # Rounding may miss the share itself by a last digit, where it is nought or one.
        return Interval(max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)))

    @property
    def is_small(self) -> bool:
        return self.denominator < SMALLEST_CELL
