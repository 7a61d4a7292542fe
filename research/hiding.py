"""Which groups are too small to be told: one of them could be known to a reader. Pure."""

from collections.abc import Mapping

from research.share import SMALLEST_CELL


def hidden(people: Mapping[str, int]) -> frozenset[str]:
    """Names of the groups of whom no figure is told. Where the small ones together are fewer than
    five, they could be reckoned from the others and the whole, so the next larger one goes, too."""
    small = {name for name, count in people.items() if count < SMALLEST_CELL}
    counted = [name for name in small if people[name]]
    if counted and sum(people[name] for name in counted) < SMALLEST_CELL:
        others = [name for name in people if name not in small]
        if others:
            small.add(min(others, key=lambda name: (people[name], name)))
    return frozenset(small)
