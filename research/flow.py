"""Who came into a trial and what became of them, as CONSORT's flow diagram counts it. Pure.

Everybody is in one row of `Standing` and stands in one place at each level, so each level sums to
the one above it; `Flow` and `ArmFlow` refuse to be built otherwise.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Fate(StrEnum):
    """Of somebody allocated, up to the data cut."""

    STAYED = "stayed"
    #: Left by any way, erased or not.
    WITHDREW = "withdrew"
    #: The number takes no more texts.
    LOST = "lost"


class Outcome(StrEnum):
    """Of somebody allocated: the survey on which the trial is judged. It counts from a quit date,
    which not everybody has set."""

    NO_DATE = "no_date"
    NOT_DUE = "not_due"
    SILENT = "silent"
    ANSWERED = "answered"


class Standing(NamedTuple):
    """So many people who stand alike. `arm`: None of whom nobody allocated, and then `excluded`
    says why not; "" of somebody who is still on the way in."""

    people: int
    arm: str | None = None
    excluded: str = ""
    received: bool = False
    fate: Fate = Fate.STAYED
    outcome: Outcome = Outcome.NOT_DUE


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """`received`: at least one planned text was sent to them, of those allocated."""

    key: str
    name: str
    allocated: int
    received: int
    stayed: int
    withdrew: int
    lost: int
    no_date: int
    not_due: int
    silent: int
    answered: int

    def __post_init__(self) -> None:
        if self.stayed + self.withdrew + self.lost != self.allocated:
            raise ValueError("everybody allocated stayed, withdrew or was lost")
        if self.no_date + self.not_due + self.analysed != self.allocated:
            raise ValueError("everybody allocated is analysed, not yet due, or without a date")
        if not 0 <= self.received <= self.allocated:
            raise ValueError("only those allocated receive")

    @property
    def not_received(self) -> int:
        return self.allocated - self.received

    @property
    def analysed(self) -> int:
        """Of all whose survey is due, whether they answered or not."""
        return self.silent + self.answered


@dataclass(frozen=True, slots=True)
class Flow:
    """`arms` in their order; `waiting` are on the way in."""

    assessed: int
    excluded: Mapping[str, int]
    waiting: int
    arms: tuple[ArmFlow, ...]

    def __post_init__(self) -> None:
        if self.all_excluded + self.waiting + self.randomised != self.assessed:
            raise ValueError("everybody assessed is excluded, on the way in, or allocated")

    @property
    def all_excluded(self) -> int:
        return sum(self.excluded.values())

    @property
    def randomised(self) -> int:
        return sum(arm.allocated for arm in self.arms)

    def together(self, name: str) -> "Flow":
        """The same with the arms in one, for whoever may not know them."""
        if not self.arms:
            return self
        return Flow(self.assessed, self.excluded, self.waiting, (_sum(self.arms, name),))


def flow(people: Iterable[Standing], arms: Sequence[tuple[str, str]]) -> Flow:
    """`arms`: key and name of each, in order; one that nobody was allocated to is in it with
    nought."""
    rows = list(people)
    excluded: Counter[str] = Counter()
    for row in rows:
        if row.arm is None and row.excluded:
            excluded[row.excluded] += row.people
    waiting = sum(row.people for row in rows if row.arm is None and not row.excluded)
    return Flow(
        assessed=sum(row.people for row in rows),
        excluded=dict(excluded.most_common()),
        waiting=waiting,
        arms=tuple(_arm(key, name, [row for row in rows if row.arm == key]) for key, name in arms),
    )


def _arm(key: str, name: str, rows: Sequence[Standing]) -> ArmFlow:
    fates: Counter[Fate] = Counter()
    outcomes: Counter[Outcome] = Counter()
    for row in rows:
        fates[row.fate] += row.people
        outcomes[row.outcome] += row.people
    return ArmFlow(
        key=key,
        name=name,
        allocated=sum(row.people for row in rows),
        received=sum(row.people for row in rows if row.received),
        stayed=fates[Fate.STAYED],
        withdrew=fates[Fate.WITHDREW],
        lost=fates[Fate.LOST],
        no_date=outcomes[Outcome.NO_DATE],
        not_due=outcomes[Outcome.NOT_DUE],
        silent=outcomes[Outcome.SILENT],
        answered=outcomes[Outcome.ANSWERED],
    )


def _sum(arms: Sequence[ArmFlow], name: str) -> ArmFlow:
    return ArmFlow(
        key="all",
        name=name,
        allocated=sum(arm.allocated for arm in arms),
        received=sum(arm.received for arm in arms),
        stayed=sum(arm.stayed for arm in arms),
        withdrew=sum(arm.withdrew for arm in arms),
        lost=sum(arm.lost for arm in arms),
        no_date=sum(arm.no_date for arm in arms),
        not_due=sum(arm.not_due for arm in arms),
        silent=sum(arm.silent for arm in arms),
        answered=sum(arm.answered for arm in arms),
    )
