"""A drawn step's effect, from what was decided at each of its points. Pure.

A point is used where a person was available, each option could have come, and the window of the
outcome is over. Options are held against doing nothing, or, where something always comes, against
the first of them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.draw_rules import NOTHING
from enrolment.drawing import pick
from research.estimators import proximal
from research.estimators.proximal import Fit
from research.share import Share


class Point(NamedTuple):
    """One decision of the step, in the order of people. `drawn` is the number in [0, 1) that fell;
    `day` is counted from joining; `happened`: the outcome, within its window."""

    person: int
    unavailable: str
    options: tuple[str, ...]
    probabilities: tuple[float, ...]
    drawn: float | None
    day: int
    is_over: bool
    happened: bool


@dataclass(frozen=True, slots=True)
class Proximal:
    """`shares`: of each option's used points those whose outcome happened, as they are, without
    weights. `fit` has one effect for each option but the reference, in their order; None where
    there is too little to tell."""

    step: str
    options: tuple[str, ...]
    decided: int
    unavailable: Mapping[str, int]
    not_over: int
    not_random: int
    shares: Mapping[str, Share]
    fit: Fit | None

    @property
    def reference(self) -> str:
        return self.options[0]

    @property
    def used(self) -> int:
        return sum(share.denominator for share in self.shares.values())


def option_of(point: Point) -> str:
    """As the engine picked it: the option in whose part of [0, 1) the draw fell."""
    assert point.drawn is not None
    return point.options[pick(point.probabilities, point.drawn)]


def proximal_effect(step: str, options: Sequence[str], points: Iterable[Point]) -> Proximal:
    """`options`: those the step has now; a point with others was drawn under other rules."""
    ordered = _reference_first(options)
    unavailable: Counter[str] = Counter()
    not_over = not_random = decided = 0
    used: list[Point] = []
    for point in points:
        decided += 1
        if point.unavailable or point.drawn is None:
            unavailable[point.unavailable or "not_drawn"] += 1
        elif set(point.options) != set(ordered) or not all(0 < p < 1 for p in point.probabilities):
            not_random += 1
        elif not point.is_over:
            not_over += 1
        else:
            used.append(point)
    return Proximal(
        step,
        ordered,
        decided,
        dict(unavailable.most_common()),
        not_over,
        not_random,
        _shares(ordered, used),
        _fit(ordered, used),
    )


def _reference_first(options: Sequence[str]) -> tuple[str, ...]:
    first = NOTHING if NOTHING in options else options[0]
    return (first, *(option for option in options if option != first))


def _shares(options: Sequence[str], used: Sequence[Point]) -> dict[str, Share]:
    came, happened = Counter(map(option_of, used)), Counter[str]()
    for point in used:
        happened[option_of(point)] += point.happened
    return {option: Share(happened[option], came[option]) for option in options}


def _fit(options: Sequence[str], used: Sequence[Point]) -> Fit | None:
    """The day is a control: it takes up what changes with time for everybody, where it differs."""
    if not used:
        return None
    odds = [dict(zip(point.options, point.probabilities, strict=True)) for point in used]
    drawn = [option_of(point) for point in used]
    middle = sum(point.day for point in used) / len(used)
    days = [[point.day - middle] for point in used]
    varies = len({point.day for point in used}) > 1
    return proximal.fit(
        proximal.marginal(
            [point.person for point in used],
            [float(point.happened) for point in used],
            [[float(option == each) for each in options[1:]] for option in drawn],
            [[each[option] for option in options[1:]] for each in odds],
            days if varies else [[] for _ in used],
        )
    )
