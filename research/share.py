"""Part of a whole, or events in a time, both said, and the interval so few leave open. Pure."""

from dataclasses import dataclass
from math import exp, sqrt

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


@dataclass(frozen=True, slots=True)
class Rate:
    """So many events in so much time, or so many tries; a reader is told how many in `per` of
    it."""

    events: int
    exposure: int
    per: int = 1000

    @property
    def value(self) -> float | None:
        return self.per * self.events / self.exposure if self.exposure else None

    @property
    def interval(self) -> Interval | None:
        """Garwood's exact one, of 95 %, for events that come as Poisson has them."""
        if not self.exposure:
            return None
        scale = self.per / self.exposure
        return Interval(scale * _poisson_low(self.events), scale * _poisson_high(self.events))


#: Of more events Byar's approximation differs from the exact limits by less than one in a thousand.
_EXACT_UP_TO = 50


def _poisson_low(events: int) -> float:
    """The mean of which so many or more events are one in forty."""
    if not events:
        return 0.0
    if events > _EXACT_UP_TO:
        return float(events * (1 - 1 / (9 * events) - Z95 / (3 * sqrt(events))) ** 3)
    return _mean_of(events - 1, 0.975)


def _poisson_high(events: int) -> float:
    """The mean of which so few events, or fewer, are one in forty."""
    more = events + 1
    if events > _EXACT_UP_TO:
        return float(more * (1 - 1 / (9 * more) + Z95 / (3 * sqrt(more))) ** 3)
    return _mean_of(events, 0.025)


def _mean_of(most: int, chance: float) -> float:
    """The mean of which `most` events or fewer have this chance; by halves."""
    low, high = 0.0, 3.0 * (most + 4)
    for _step in range(60):
        middle = (low + high) / 2
        term, total = exp(-middle), 0.0
        for events in range(most + 1):
            total += term
            term *= middle / (events + 1)
        low, high = (middle, high) if total > chance else (low, middle)
    return (low + high) / 2
