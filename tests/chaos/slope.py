"""Whether something grows, and how much growth its own noise could hide. Pure.

Neighbouring samples of a process's memory are alike, so that a line through all of them believes
itself too well. They are put together to a few blocks, each with its median; the line goes through
those, and its doubt comes from how far they lie off it.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

BLOCKS = 8
#: Student's t for 95 % and BLOCKS - 2 degrees of freedom.
_T = 2.447
_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Slope:
    """What it grows by in an hour, and by how much that may be wrong, 19 times in 20."""

    an_hour: float
    doubt: float

    def rises_more_than(self, bound: float) -> bool:
        """Beyond its doubt."""
        return self.an_hour - self.doubt > bound

    @property
    def words(self) -> str:
        return f"{self.an_hour:+.1f} ± {self.doubt:.1f}"


def of(samples: Sequence[tuple[float, float]]) -> Slope:
    """Of (second, value), in their order."""
    first, last = samples[0][0], samples[-1][0]
    width = (last - first) / BLOCKS
    blocks: list[list[tuple[float, float]]] = [[] for _ in range(BLOCKS)]
    for second, value in samples:
        place = min(int((second - first) / width), BLOCKS - 1)
        blocks[place].append((second, value))
    assert all(blocks), "too few samples, or a long time without any"
    points = [
        (statistics.fmean(second for second, _ in block), statistics.median(v for _, v in block))
        for block in blocks
    ]
    line = statistics.linear_regression(*zip(*points, strict=True))
    off = sum((value - line.slope * second - line.intercept) ** 2 for second, value in points)
    middle = statistics.fmean(second for second, _ in points)
    spread = sum((second - middle) ** 2 for second, _ in points)
    doubt = _T * math.sqrt(off / (BLOCKS - 2) / spread)
    return Slope(3600 * line.slope, 3600 * doubt)


def megabytes(samples: Sequence[tuple[float, float]]) -> Slope:
    """Of samples in bytes."""
    return of([(second, value / _MEGABYTE) for second, value in samples])
