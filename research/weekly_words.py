"""The weekly report's words: no name, no number, nothing a person wrote. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


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
        first = f"{self.monday.day} {self.monday:%B}"
        if self.monday.month == sunday.month:
            first = f"{self.monday.day}"
        return f"{first} to {sunday.day} {sunday:%B %Y}"

    @property
    def subject(self) -> str:
        """One line, whatever a campaign is called."""
        return " ".join(f"{self.campaign}: the week of {self.week}".split())


def monday_before(today: date) -> date:
    """Of the last week that is over."""
    return today - timedelta(days=today.weekday() + 7)
