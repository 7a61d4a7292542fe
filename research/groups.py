"""The main figures of each language or region, side by side. Pure.

A group of fewer than five is told as such and no more: one of them could be known to a reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.core import Locale, UnknownLocaleError

from research.counts import Counts, Measure
from research.indicators.dose import dose
from research.indicators.replies import replies
from research.share import SMALLEST_CELL, Share
from research.tables import Table

_FEW = f"fewer than {SMALLEST_CELL}"


@dataclass(frozen=True, slots=True)
class Group:
    """`enrolled` is of all who enrolled. The shares are None of a group too small to tell."""

    name: str
    enrolled: Share
    active: int | None
    delivered: Share | None
    answered: Share | None
    left: int | None

    @property
    def is_small(self) -> bool:
        return self.enrolled.numerator < SMALLEST_CELL


def group_name(by: str, value: str) -> str:
    """As people say it: a language by its name, nothing as not known."""
    if not value:
        return "not known"
    if by != "language":
        return value.replace("_", " ")
    try:
        return Locale.parse(value).get_display_name("en") or value
    except (UnknownLocaleError, ValueError):
        return value


def groups(by: str, found: Mapping[str, Counts]) -> tuple[Group, ...]:
    """Largest first."""
    enrolled = {name: of.total(Measure.FUNNEL, "enrolled") for name, of in found.items()}
    everybody = sum(enrolled.values())
    names = sorted(found, key=lambda name: (-enrolled[name], name))
    return tuple(
        _group(group_name(by, name), found[name], Share(enrolled[name], everybody))
        for name in names
    )


def _group(name: str, of: Counts, enrolled: Share) -> Group:
    if enrolled.numerator < SMALLEST_CELL:
        return Group(name, enrolled, None, None, None, None)
    return Group(
        name,
        enrolled,
        of.total(Measure.STATUS, "active"),
        dose(of).delivered_share,
        replies(of).all,
        of.total(Measure.LEFT),
    )


def groups_table(what: str, found: tuple[Group, ...]) -> Table:
    heads = (what, "Enrolled", "Of", "Active", "Delivered", "Sent", "Answered", "Asked", "Left")
    return Table(heads, tuple(_row(group) for group in found))


def _row(group: Group) -> tuple[str | int | None, ...]:
    everybody = group.enrolled.denominator
    if group.delivered is None or group.answered is None:
        return (group.name, _FEW, everybody, *([None] * 6))
    return (
        group.name,
        group.enrolled.numerator,
        everybody,
        group.active,
        group.delivered.numerator,
        group.delivered.denominator,
        group.answered.numerator,
        group.answered.denominator,
        group.left,
    )
