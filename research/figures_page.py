"""What the figures page, its files and the weekly report are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns.models import Campaign
from research import figures, tallies
from research import sections as parts
from research.figures import Figures
from research.groups import group_name
from research.saying import people, per_cent
from research.sections import Section
from research.step_names import question_names
from research.tables import Table
from research.tallies import SLICES, Slice

#: Days back from today, itself counted; None: all time.
PERIODS: dict[str, tuple[str, int | None]] = {
    "7": ("7 days", 7),
    "28": ("28 days", 28),
    "90": ("90 days", 90),
    "all": ("all time", None),
}
USUAL = "28"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything unknown in it gives way to the usual."""

    period: str
    slice_: Slice
    since: date | None
    until: date

    @property
    def value(self) -> str:
        return f"{self.slice_.by}:{self.slice_.value}" if self.slice_.by else ""


def asked(campaign: Campaign, *, period: str, value: str, now: datetime) -> Asked:
    period = period if period in PERIODS else USUAL
    days, until = PERIODS[period][1], figures.today_in(campaign, now)
    since = None if days is None else until - timedelta(days=days - 1)
    by, named, chosen = value.partition(":")
    slice_ = Slice(by, chosen) if named and by in SLICES else tallies.EVERYBODY
    return Asked(period, slice_, since, until)


def choices(campaign: Campaign) -> list[tuple[str, str]]:
    """(value, words) of every slice that has more than one value."""
    found = [("", "Everybody")]
    for by, values in tallies.people_by_slice(campaign).items():
        for value, count in values.items() if len(values) > 1 else ():
            told = group_name(by, value)
            words = f"{SLICES[by]}: {told} ({people(count)})"
            found.append((f"{by}:{value}", words))
    return found


def page_of(campaign: Campaign, wanted: Asked) -> tuple[Figures, tuple[Section, ...]]:
    found = figures.figures(campaign, since=wanted.since, until=wanted.until, slice_=wanted.slice_)
    return found, (*own_sections(found), *_compared(campaign, wanted))


def table_of(campaign: Campaign, wanted: Asked, key: str) -> Table | None:
    """None of a name that no part has, or while it is empty."""
    name, _, second = key.partition("-")
    for section in page_of(campaign, wanted)[1]:
        if section.key == name:
            return section.more if second == "more" else section.table
    return None


def headline(found: Figures) -> list[tuple[str, str, str]]:
    """(name, figure, what of): the figures one would say first."""
    active = found.active
    return [
        ("Enrolled", f"{found.enrolled:,}", f"{active:,} active now"),
        ("Texts sent", f"{found.dose.sent:,}", f"of {found.dose.planned:,} planned"),
        ("Arrived", per_cent(found.dose.delivered_share), f"of {found.dose.sent:,} sent"),
        (
            "Questions answered",
            per_cent(found.replies.all),
            f"of {found.replies.all.denominator:,}",
        ),
        ("Left", f"{found.opt_outs.count:,}", "in this time"),
    ]


def own_sections(found: Figures) -> tuple[Section, ...]:
    """All but the comparisons."""
    names = question_names(found.campaign)
    return (
        parts.funnel_section(found.funnel),
        parts.dose_section(found.dose, found.dose_days),
        parts.retention_section(found.retention),
        parts.replies_section(found.replies, names),
        parts.keywords_section(found.keywords),
        parts.opt_outs_section(found.opt_outs),
        parts.abstinence_section(found.abstinence),
        parts.cost_section(found.cost),
    )


def _compared(campaign: Campaign, wanted: Asked) -> Iterable[Section]:
    found = figures.compared(campaign, since=wanted.since, until=wanted.until)
    for by, what in figures.COMPARED.items():
        yield parts.groups_section(f"{by}s", f"{what}s", what, found[by])
