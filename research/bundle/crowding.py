"""How alone people stand with what is told of them: k-anonymity, before anything leaves. Pure.

People who share every quasi-identifier are a class; the smallest class's size is k. Whoever is
alone in one could be known by a reader who knows her.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

#: Below this the page asks whether to go on.
WANTED_K = 5


@dataclass(frozen=True, slots=True)
class Alone:
    """Of one quasi-identifier: its values, and the people who are alone by it and all the others,
    and would not be without it."""

    name: str
    values: int
    smallest: int
    alone_by_it: int


@dataclass(frozen=True, slots=True)
class Crowding:
    people: int
    classes: int
    k: int
    unique: int
    #: In classes of fewer than WANTED_K.
    few: int
    columns: tuple[Alone, ...]

    @property
    def is_thin(self) -> bool:
        return 0 < self.k < WANTED_K

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Self:
        """The other way round, of what `as_json` gave."""
        columns = tuple(
            Alone(name, each["values"], each["smallest_value"], each["unique_by_it"])
            for name, each in told["columns"].items()
        )
        return cls(
            told["people"], told["classes"], told["k"], told["unique"],
            told["in_classes_below_5"], columns,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "people": self.people,
            "classes": self.classes,
            "k": self.k,
            "unique": self.unique,
            "in_classes_below_5": self.few,
            "columns": {
                each.name: {
                    "values": each.values,
                    "smallest_value": each.smallest,
                    "unique_by_it": each.alone_by_it,
                }
                for each in self.columns
            },
        }


def crowding(names: Sequence[str], classes: Mapping[tuple[str, ...], int]) -> Crowding:
    """`classes`: each combination of values, in the order of `names`, and its people."""
    sizes = list(classes.values())
    return Crowding(
        people=sum(sizes),
        classes=len(sizes),
        k=min(sizes, default=0),
        unique=sum(size == 1 for size in sizes),
        few=sum(size for size in sizes if size < WANTED_K),
        columns=tuple(_alone(place, name, classes) for place, name in enumerate(names)),
    )


def _alone(place: int, name: str, classes: Mapping[tuple[str, ...], int]) -> Alone:
    by_value: dict[str, int] = {}
    without: dict[tuple[str, ...], int] = {}
    for values, people in classes.items():
        rest = values[:place] + values[place + 1 :]
        by_value[values[place]] = by_value.get(values[place], 0) + people
        without[rest] = without.get(rest, 0) + people
    alone = sum(
        people == 1 and without[values[:place] + values[place + 1 :]] > 1
        for values, people in classes.items()
    )
    return Alone(name, len(by_value), min(by_value.values(), default=0), alone)
