"""What the figures page, its files and the weekly report are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign
from research import blinding, figures
from research import sections as parts
from research.figures import Figures
from research.groups import SLICE_NAMES, group_name
from research.hiding import hidden
from research.indicators import (
    completion,
    eligible,
    prolonged,
    quit_attempts,
    recontact,
    satisfaction,
)
from research.saying import number, people, per_cent
from research.section import Section
from research.step_names import question_names
from research.tables import Table
from research.tallies import EVERYBODY, SLICES, Slice

#: Days back from today, itself counted; None: all time.
PERIODS = {
    "7": (gettext_lazy("7 days"), 7),
    "28": (gettext_lazy("28 days"), 28),
    "90": (gettext_lazy("90 days"), 90),
    "all": (gettext_lazy("all time"), None),
}
USUAL, USUAL_SLICE = "28", "language"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything unknown in it gives way to the usual. `by`: the slice
    whose values stand side by side. `closed`: trials whose arms are not shown."""

    period: str
    slice_: Slice
    by: str
    since: date | None
    until: date
    closed: frozenset[str] = frozenset()

    @property
    def value(self) -> str:
        return f"{self.slice_.by}:{self.slice_.value}" if self.slice_.by else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A slice's values of whom figures may be asked. `name` is empty for everybody."""

    name: str
    values: tuple[tuple[str, str], ...]


def asked(
    campaign: Campaign,
    *,
    period: str,
    value: str,
    now: datetime,
    by: str = "",
    closed: Iterable[str] = (),
) -> Asked:
    """`closed`: trials whose arms are not shown."""
    period = period if period in PERIODS else USUAL
    days, until = PERIODS[period][1], figures.today_in(campaign, now)
    since = None if days is None else until - timedelta(days=days - 1)
    of, named, chosen = value.partition(":")
    slice_ = Slice(of, chosen) if named and of in SLICES else EVERYBODY
    if blinding.is_closed(slice_, closed):
        slice_ = EVERYBODY
    return Asked(
        period, slice_, by if by in SLICES else USUAL_SLICE, since, until, frozenset(closed)
    )


def choices(people_in: Mapping[str, Mapping[str, int]]) -> list[Choice]:
    """Of every slice that has more than one value; none of a group that is not told."""
    found = [Choice("", (("", _("Everybody")),))]
    for by in SLICES:
        values, away = people_in[by], hidden(people_in[by])
        told = tuple(
            (f"{by}:{value}", f"{group_name(by, value)} ({people(count)})")
            for value, count in values.items()
            if value not in away
        )
        if len(values) > 1 and told:
            found.append(Choice(str(SLICE_NAMES[by]), told))
    return found


def page_of(campaign: Campaign, wanted: Asked) -> tuple[Figures, tuple[Section, ...]]:
    found = figures.figures(campaign, since=wanted.since, until=wanted.until, slice_=wanted.slice_)
    return found, (*own_sections(found), compared(campaign, wanted))


def table_of(campaign: Campaign, wanted: Asked, key: str) -> Table | None:
    """None of a name that no part has, or while it is empty."""
    name, _dash, second = key.partition("-")
    for section in page_of(campaign, wanted)[1]:
        if section.key == name:
            return section.more if second == "more" else section.table
    return None


def headline(found: Figures) -> list[tuple[str, str, str]]:
    """(name, figure, what of): the figures one would say first."""
    dose, answered = found.dose, found.replies.all
    return [
        (
            _("Enrolled"),
            number(found.enrolled),
            _("%(count)s active now") % {"count": number(found.active)},
        ),
        (
            _("Texts sent"),
            number(dose.sent),
            _("of %(count)s planned") % {"count": number(dose.planned)},
        ),
        (
            _("Arrived"),
            per_cent(dose.delivered_share),
            _("of %(count)s sent") % {"count": number(dose.sent)},
        ),
        (
            _("Questions answered"),
            per_cent(answered),
            _("of %(count)s") % {"count": number(answered.denominator)},
        ),
        (_("Left"), number(found.opt_outs.count), _("in this time")),
    ]


def own_sections(found: Figures) -> tuple[Section, ...]:
    """All but the comparison."""
    names = question_names(found.campaign)
    return (
        parts.reach_section(found.reach),
        parts.funnel_section(found.funnel),
        parts.lines_section(
            eligible.DEFINITION, found.eligible, _("Nobody was asked, when joining, of tobacco.")
        ),
        parts.dose_section(found.dose, found.dose_days),
        parts.retention_section(found.staying),
        parts.retention_section(found.retention),
        parts.lines_section(completion.DEFINITION, found.completion, _("Nobody has enrolled yet.")),
        parts.replies_section(found.replies, names),
        parts.keywords_section(found.keywords),
        parts.opt_outs_section(found.opt_outs),
        parts.hazard_section(found.hazard),
        parts.lines_section(
            quit_attempts.DEFINITION,
            found.quit_attempts,
            _("Nobody's quit date is over yet, or the campaign does not ask."),
        ),
        parts.abstinence_section(found.abstinence),
        parts.lines_section(
            prolonged.DEFINITION,
            found.prolonged,
            _("Nobody's survey at six months is over yet, or the campaign asks none."),
        ),
        parts.lines_section(
            recontact.DEFINITION,
            found.recontact,
            _("No outcome survey is due and over yet, and nobody was called."),
        ),
        parts.lines_section(
            satisfaction.DEFINITION,
            found.satisfaction,
            _("Nobody has said yet how they like it, or the campaign does not ask."),
        ),
        parts.cost_section(found.cost),
    )


def compared(campaign: Campaign, wanted: Asked) -> Section:
    found = figures.compared(
        campaign, wanted.by, since=wanted.since, until=wanted.until, closed=wanted.closed
    )
    return parts.groups_section(str(SLICE_NAMES[wanted.by]), found)
