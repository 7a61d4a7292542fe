"""The weekly report's words: no name, no number, nothing a person wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from trust.saying import said
from trust.telling import Day


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """`headline`: (name, figure, what of)."""

    campaign: str
    monday: date
    headline: Sequence[tuple[str, str, str]]
    parts: Sequence[Part]
    figures_link: str
    choice_link: str

    @property
    def week(self) -> str:
        sunday = self.monday + timedelta(days=6)
        alone = "d MMMM" if self.monday.month != sunday.month else "d "
        first, last = Day(self.monday, alone), Day(sunday, "d MMMM y")
        return _("%(first)s to %(last)s") % {"first": said(first).strip(), "last": said(last)}

    @property
    def subject(self) -> str:
        """One line, whatever a campaign is called."""
        told = _("%(campaign)s: the week of %(week)s")
        return " ".join((told % {"campaign": self.campaign, "week": self.week}).split())


def monday_before(today: date) -> date:
    """Of the last week that is over."""
    return today - timedelta(days=today.weekday() + 7)
