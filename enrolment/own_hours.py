"""What other hours make of a planned text that waits to leave. Pure."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.schedule import Span, next_allowed

#: Why a text is let go that would come too late in them.
REASON = "own_hours"


@dataclass(frozen=True, slots=True)
class Shelf:
    """From when until when a text may leave; `may_wait`: it is worth having after that as well."""

    not_before: datetime
    valid_until: datetime
    may_wait: bool

    def within(self, hours: Span, zone: ZoneInfo, now: datetime) -> "Shelf | None":
        """In these hours, by that clock. None where they come when it is too late for the text."""
        start = next_allowed(max(self.not_before, now), hours, zone)
        if start < self.valid_until:
            return Shelf(start, self.valid_until, self.may_wait)
        if not self.may_wait:
            return None
        return Shelf(start, start + (self.valid_until - self.not_before), self.may_wait)
