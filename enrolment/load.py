"""How many planned texts a number gets on which local day, and when the last one goes. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime

#: The days a load remembers: a week, its newest day first.
DAYS = 7


@dataclass(frozen=True, slots=True)
class Load:
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
            return Load(day, (1, *(0,) * (DAYS - 1)), at)
        ahead = (day - self.day).days
        if ahead > 0:
            kept = ((0,) * min(ahead, DAYS) + self.counts)[:DAYS]
            moved = Load(day, kept, self.last_at)
        else:
            moved, ahead = self, ahead
        counts = list(moved.counts)
        back = max(0, -ahead)
        if back < DAYS:
            counts[back] += 1
        last = at if moved.last_at is None else max(moved.last_at, at)
        return replace(moved, counts=tuple(counts), last_at=last)

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
