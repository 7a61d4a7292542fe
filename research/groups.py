"""The main figures of each value of a slice, side by side.

A group too small is told as such and no more, and so is one that would give a small one away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.core import Locale, UnknownLocaleError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from research.counts import Counts, Measure
from research.hiding import hidden
from research.indicators.abstinence import abstinence
from research.indicators.dose import dose
from research.indicators.replies import replies
from research.saying import short_day_of_year as day
from research.share import SMALLEST_CELL, Share
from research.tables import Table, Value

#: What people call a slice.
SLICE_NAMES = {
    "language": gettext_lazy("Language"),
    "region": gettext_lazy("Region"),
    "dose": gettext_lazy("Dose"),
    "channel": gettext_lazy("How they came"),
    "cohort": gettext_lazy("Week they came"),
    "age": gettext_lazy("Age"),
    "sex": gettext_lazy("Sex"),
    "arm": gettext_lazy("Arm"),
}
_CHANNELS = {
    "sms": gettext_lazy("by text"),
    "web": gettext_lazy("web form"),
    "referral": gettext_lazy("referral"),
    "missed_call": gettext_lazy("missed call"),
    "paper": gettext_lazy("paper form"),
    "api": gettext_lazy("another system"),
    "staff": gettext_lazy("staff"),
}
_SEXES = {
    "female": gettext_lazy("women"),
    "male": gettext_lazy("men"),
    "woman": gettext_lazy("women"),
    "man": gettext_lazy("men"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """`enrolled` is of all who enrolled. `counts` is None of a group that is not told."""

    name: str
    enrolled: Share
    counts: Counts | None


def group_name(by: str, value: str) -> str:
    """As people say it: a language by its name, nothing as not known."""
    if not value:
        return _("not known")
    match by:
        case "language":
            return _language(value)
        case "channel":
            return str(_CHANNELS.get(value, value.replace("_", " ")))
        case "sex":
            return str(_SEXES.get(value, value.replace("_", " ")))
        case "age" if value.startswith("under "):
            return _("under %(years)s") % {"years": value.removeprefix("under ")}
        case "cohort":
            return _("week of %(day)s") % {"day": day(date.fromisoformat(value))}
        case "arm":
            return value.replace(":", ", ").replace("_", " ")
    return value.replace("_", " ")


def _language(value: str) -> str:
    try:
        reader = (get_language() or "en").replace("-", "_")
        reader = "en" if reader.startswith("en") else reader
        return Locale.parse(value).get_display_name(reader) or value
    except (UnknownLocaleError, ValueError):
        return value


def groups(by: str, found: Mapping[str, Counts]) -> tuple[Group, ...]:
    """Largest first; weeks newest first."""
    enrolled = {name: of.total(Measure.FUNNEL, "enrolled") for name, of in found.items()}
    everybody = sum(enrolled.values())
    away = hidden(enrolled)
    if by == "cohort":
        names = sorted(found, reverse=True)
    else:
        names = sorted(found, key=lambda name: (-enrolled[name], name))
    return tuple(
        Group(
            group_name(by, name),
            Share(enrolled[name], everybody),
            None if name in away else found[name],
        )
        for name in names
    )


def few() -> str:
    return _("fewer than %(count)s, or near it") % {"count": SMALLEST_CELL}


def groups_table(what: str, found: tuple[Group, ...]) -> Table:
    heads = (
        what, _("Enrolled"), _("Of"), _("Active"), _("At the end"), _("Delivered"), _("Sent"),
        _("Answered"), _("Asked"), _("Left"), _("Smoke-free"), _("Due to answer"),
    )  # fmt: skip
    return Table(heads, tuple(_row(group) for group in found))


def _row(group: Group) -> tuple[Value, ...]:
    everybody, of = group.enrolled.denominator, group.counts
    if of is None:
        return (group.name, few(), everybody, *([None] * 9))
    given, answered = dose(of).delivered_share, replies(of).all
    free = _smoke_free(of)
    return (
        group.name,
        group.enrolled.numerator,
        everybody,
        of.total(Measure.STATUS, "active"),
        of.total(Measure.FUNNEL, "completed"),
        given.numerator,
        given.denominator,
        answered.numerator,
        answered.denominator,
        of.total(Measure.LEFT),
        None if free is None else free.numerator,
        None if free is None else free.denominator,
    )


def _smoke_free(of: Counts) -> Share | None:
    """Seven days, missing = smoking, at the last time of which anybody's survey is due."""
    found = [outcome for outcome in abstinence(of) if outcome.window == 7]
    return found[-1].of_due if found else None
