"""Which cells of a table of counts are too small to tell, and which would tell those by
subtraction. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from research.share import SMALLEST_CELL

__all__ = ["SMALLEST_CELL", "Cell", "suppressed"]


@dataclass(frozen=True, slots=True)
class Cell:
    """`people`: how many stand behind it."""

    numerator: int
    denominator: int
    people: int

    @property
    def is_small(self) -> bool:
        """Few people, or few of them in or out of the numerator. Nought tells of nobody."""
        if self.people < SMALLEST_CELL:
            return self.people > 0
        apart = (self.numerator, self.denominator - self.numerator)
        return any(0 < part < SMALLEST_CELL for part in apart)


def suppressed(cells: Sequence[Cell]) -> frozenset[int]:
    """Places of the cells to leave out, where the sum over all of them is told elsewhere: one left
    out alone could be reckoned back from it, so the next smallest goes with it."""
    left_out = {place for place, cell in enumerate(cells) if cell.is_small}
    if len(left_out) == 1 and len(cells) > 1:
        others = (place for place in range(len(cells)) if place not in left_out)
        left_out.add(min(others, key=lambda place: (cells[place].people, place)))
    return frozenset(left_out)
