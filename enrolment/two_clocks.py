"""A moment as whoever looks reads it, with the person's own time beside it where theirs differs.
Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class TwoClocks:
    viewer: ZoneInfo
    person: ZoneInfo

    def day(self, at: datetime) -> str:
        """As in "Tuesday 1 Dec"."""
        return _day(at.astimezone(self.viewer))

    def hour(self, at: datetime) -> str:
        return f"{at.astimezone(self.viewer):%H:%M}"

    def beside(self, at: datetime) -> str:
        """The person's own time, with its day where that is another; empty where both agree."""
        here, there = at.astimezone(self.viewer), at.astimezone(self.person)
        if here.utcoffset() == there.utcoffset():
            return ""
        day = "" if here.date() == there.date() else f"{there:%a} "
        return f"{day}{there:%H:%M} theirs"

    def moment(self, at: datetime) -> str:
        """As in "Tuesday 1 Dec 09:10 (10:10 theirs)"."""
        theirs = self.beside(at)
        return f"{self.day(at)} {self.hour(at)}" + (f" ({theirs})" if theirs else "")


def _day(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%b}"
