"""How many planned texts a number gets on which local day, and when the last one goes. Pure."""

from datetime import date, datetime
from typing import NamedTuple

#: The days a load remembers: a week, its newest day first.
DAYS = 7
_FIRST = (1, *(0,) * (DAYS - 1))


class Load(NamedTuple):
    """counts[0] is of `day`, counts[6] of six days before it. Replies are not counted."""

    day: date | None = None
    counts: tuple[int, ...] = (0,) * DAYS
    last_at: datetime | None = None

    def on(self, day: date) -> int:
        if self.day is None:
            return 0
        back = (self.day - day).days
        return self.counts[back] if 0 <= back < DAYS else 0

    def week_before(self, day: date) -> int:
        """The texts of `day` and the six days before it, and any already planned beyond."""
        if self.day is None:
            return 0
        return sum(self.counts[: max(0, DAYS - max(0, (day - self.day).days))])

    def plus(self, day: date, at: datetime) -> "Load":
        """With one more text on `day`. Days more than a week behind the newest fall off."""
        if self.day is None:
            return Load(day, _FIRST, at)
        last = at if self.last_at is None or self.last_at < at else self.last_at
        ahead = (day - self.day).days
        if ahead > 0:
            kept = ((0,) * min(ahead, DAYS) + self.counts)[1:DAYS]
            return Load(day, (1, *kept), last)
        counts = list(self.counts)
        if -ahead < DAYS:
            counts[-ahead] += 1
        return Load(self.day, tuple(counts), last)

    def beside(self, other: "Load") -> "Load":
        """Of one number with two campaigns: both together."""
        if self.day is None or other.day is None:
            return other if self.day is None else self
        newest, older = (self, other) if self.day >= other.day else (other, self)
        assert newest.day is not None
        assert older.day is not None
        back = (newest.day - older.day).days
        counts = [
            count + (older.counts[place - back] if place >= back else 0)
            for place, count in enumerate(newest.counts)
        ]
        times = [found for found in (self.last_at, other.last_at) if found is not None]
        return Load(newest.day, tuple(counts), max(times, default=None))


NO_LOAD = Load()
