"""The arms of a trial compared: which figures, in which strata, on which denominator. Pure.

Each arm is held against the first. Where the draw was made within strata, so is the comparison.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from research.estimators import balance, hazard, means, strata, two_shares
from research.estimators.estimate import Estimate
from research.estimators.hazard import Pair, Watched
from research.estimators.means import Sample
from research.estimators.strata import Stratum
from research.share import Share


class Basis(StrEnum):
    """Of whom a share is taken."""

    #: Everybody due, no answer being smoking.
    DUE = "due"
    ANSWERS = "answers"


class Reported(NamedTuple):
    """People of one arm and stratum whose survey of that time is due and over."""

    arm: str
    stratum: str
    time: int
    window: int
    due: int
    answered: int
    free: int


class Left(NamedTuple):
    """`gone`: so many left on that day after the draw; else they were last seen on it."""

    arm: str
    stratum: str
    day: int
    gone: bool
    people: int


@dataclass(frozen=True, slots=True)
class Shares:
    """Abstinence in two arms. `pooled` says how many strata the effects were pooled over."""

    time: int
    window: int
    basis: Basis
    arm: str
    share: Share
    against: Share
    difference: Estimate | None
    ratio: Estimate | None
    odds: Estimate | None
    p: float | None
    pooled: int


@dataclass(frozen=True, slots=True)
class Leaving:
    arm: str
    share: Share
    against: Share
    hazard: Estimate | None
    p: float | None
    pooled: int


@dataclass(frozen=True, slots=True)
class Means:
    what: str
    arm: str
    sample: Sample
    against: Sample
    difference: Estimate | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Balance:
    """`value` empty: a mean, else the share of it. One figure an arm, and each arm's standardised
    difference from the first."""

    by: str
    value: str
    figures: tuple[Share | Sample, ...]
    differences: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """Whatever tells the arms of one factor apart."""

    abstinence: list[Shares]
    leaving: list[Leaving]
    means: list[Means]
    balance: list[Balance]


def abstinence(rows: Iterable[Reported], arms: Sequence[str], *, stratified: bool) -> list[Shares]:
    """By time, window, arm and denominator."""
    found: dict[tuple[int, int], list[Reported]] = {}
    for row in rows:
        found.setdefault((row.time, row.window), []).append(row)
    return [
        _shares(found[time, window], basis, arms[0], arm, stratified=stratified)
        for time, window in sorted(found)
        for arm in arms[1:]
        for basis in Basis
    ]


def _shares(
    rows: Sequence[Reported], basis: Basis, first: str, arm: str, *, stratified: bool
) -> Shares:
    def of(which: str, stratum: str | None = None) -> Share:
        mine = [
            row for row in rows if row.arm == which and (stratum is None or row.stratum == stratum)
        ]
        whole = sum(row.due if basis is Basis.DUE else row.answered for row in mine)
        return Share(sum(row.free for row in mine), whole)

    share, against = of(arm), of(first)
    names = sorted({row.stratum for row in rows if row.arm in (first, arm)})
    common = (rows[0].time, rows[0].window, basis, arm, share, against)
    if not stratified:
        return Shares(
            *common,
            two_shares.difference(share, against),
            two_shares.ratio(share, against),
            two_shares.odds_ratio(share, against),
            two_shares.no_difference(share, against),
            pooled=0,
        )
    within = [Stratum(of(arm, name), of(first, name)) for name in names]
    return Shares(
        *common,
        strata.difference(within),
        strata.ratio(within),
        strata.odds_ratio(within),
        strata.no_difference(within),
        pooled=len(within),
    )


def leaving(rows: Iterable[Left], arms: Sequence[str], *, stratified: bool) -> list[Leaving]:
    found = list(rows)
    names = sorted({row.stratum for row in found}) if stratified else [None]

    def watched(arm: str, stratum: str | None) -> Watched:
        left: dict[int, int] = {}
        seen: dict[int, int] = {}
        for row in found:
            if row.arm == arm and (stratum is None or row.stratum == stratum):
                days = left if row.gone else seen
                days[row.day] = days.get(row.day, 0) + row.people
        return Watched(left, seen)

    def share(arm: str) -> Share:
        mine = [row for row in found if row.arm == arm]
        return Share(sum(row.people for row in mine if row.gone), sum(row.people for row in mine))

    told = []
    for arm in arms[1:]:
        pairs = [Pair(watched(arm, name), watched(arms[0], name)) for name in names]
        told.append(
            Leaving(
                arm,
                share(arm),
                share(arms[0]),
                hazard.ratio(pairs),
                hazard.no_difference(pairs),
                len(names) if stratified else 0,
            )
        )
    return told


def compared_means(samples: Mapping[str, Mapping[str, Sample]], arms: Sequence[str]) -> list[Means]:
    """`samples`: what -> arm -> of its people."""
    told, nobody = [], Sample(0, 0.0, 0.0)
    for what, by_arm in samples.items():
        for arm in arms[1:]:
            mine, other = by_arm.get(arm, nobody), by_arm.get(arms[0], nobody)
            found = means.difference(mine, other)
            told.append(
                Means(
                    what,
                    arm,
                    mine,
                    other,
                    None if found is None else found.estimate,
                    None if found is None else found.p,
                )
            )
    return told


def balance_of_shares(
    people: Mapping[tuple[str, str], Mapping[str, int]],
    allocated: Mapping[str, int],
    arms: Sequence[str],
) -> list[Balance]:
    """`people`: (by, value) -> arm -> how many of those allocated to it."""
    told = []
    for (by, value), counts in sorted(people.items()):
        shares = [Share(counts.get(arm, 0), allocated[arm]) for arm in arms]
        apart = tuple(balance.of_shares(share, shares[0]) for share in shares[1:])
        told.append(Balance(by, value, tuple(shares), apart))
    return told


def balance_of_means(
    samples: Mapping[str, Mapping[str, Sample]], arms: Sequence[str]
) -> list[Balance]:
    told, nobody = [], Sample(0, 0.0, 0.0)
    for by, by_arm in sorted(samples.items()):
        figures = [by_arm.get(arm, nobody) for arm in arms]
        apart = tuple(balance.of_means(figure, figures[0]) for figure in figures[1:])
        told.append(Balance(by, "", tuple(figures), apart))
    return told
