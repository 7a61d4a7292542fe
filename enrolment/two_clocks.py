"""A moment as whoever looks reads it, with the person's own time beside it where theirs differs.
Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from trust.telling import Day, tell


@dataclass(frozen=True, slots=True)
class TwoClocks:
    viewer: ZoneInfo
    person: ZoneInfo

    def day(self, at: datetime) -> str:
        """As in "Tuesday 1 Dec"."""
        return Day(at.astimezone(self.viewer), "EEEE d MMM")

    def hour(self, at: datetime) -> str:
        return f"{at.astimezone(self.viewer):%H:%M}"

    def beside(self, at: datetime) -> str:
        """As in "14:40 theirs", for the small print of a column."""
        there = self.theirs(at)
        return tell("%(time)s theirs", time=there) if there else ""

    def moment(self, at: datetime) -> str:
        """As in "Tuesday 1 Dec 09:10 (14:40 in Asia/Kolkata)"."""
        here, there = Day(at.astimezone(self.viewer), "EEEE d MMM HH:mm"), self.theirs(at)
        if not there:
            return here
        zone = self.person.key.replace("_", " ")
        return tell("%(here)s (%(there)s in %(zone)s)", here=here, there=there, zone=zone)

    def theirs(self, at: datetime) -> str:
        """Their time alone, with its day where that is another; empty where both agree."""
        here, there = at.astimezone(self.viewer), at.astimezone(self.person)
        if here.utcoffset() == there.utcoffset():
            return ""
        return Day(there, "HH:mm" if here.date() == there.date() else "EEE HH:mm")
