"""Local wall times turned into instants: slots, allowed hours, clock changes.

Wall time and IANA zone are the truth; an instant is worked out from them each time. A wall time
inside a spring gap means the first valid instant after it, a wall time that happens twice means
the first of the two.
"""

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the local day, start included, end not. It never crosses midnight."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a span must start before it ends, not {self.start}-{self.end}")

    def holds(self, wall: time) -> bool:
        return self.start <= wall < self.end

    def within(self, other: "Span") -> bool:
        return other.start <= self.start and self.end <= other.end


def instant_at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall time; see the module for gaps and folds."""
    local = datetime.combine(day, wall, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(local)


def _end_of_gap(local: datetime) -> datetime:
    """The instant at which the clock jumps over `local`.

    In a gap fold=0 reads the offset before the jump and fold=1 the one after (PEP 495), so the
    jump lies between the two readings; halving finds it to the second.
    """
    naive = local.replace(tzinfo=None)
    before = _offset(local.replace(fold=0))
    after = _offset(local.replace(fold=1))
    low, high = (naive - after).replace(tzinfo=UTC), (naive - before).replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(middle.astimezone(local.tzinfo)) == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    assert offset is not None, "an aware moment has an offset"
    return offset


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def is_allowed(instant: datetime, hours: Span, zone: ZoneInfo) -> bool:
    return hours.holds(instant.astimezone(zone).time())


def next_allowed(instant: datetime, hours: Span, zone: ZoneInfo) -> datetime:
    """`instant` itself when it lies in the allowed hours, else the next moment that does."""
    if is_allowed(instant, hours, zone):
        return instant
    day = local_day(instant, zone)
    while True:
        opening = instant_at(day, hours.start, zone)
        # A clock change can swallow the whole of a narrow window; then the next day serves.
        if opening > instant and is_allowed(opening, hours, zone):
            return opening
        day += ONE_DAY


def closing(instant: datetime, hours: Span, zone: ZoneInfo) -> datetime:
    """The end of the allowed hours on the local day of `instant`."""
    return instant_at(local_day(instant, zone), hours.end, zone)


def drawn_time(slot: Span, seed: int, step_key: str) -> time:
    """A second inside `slot`, always the same for one seed and step.

    The draw spreads a crowd over the slot, so that 09:00 is not a burst, and needs no storage.
    """
    start = slot.start.hour * 3600 + slot.start.minute * 60 + slot.start.second
    end = slot.end.hour * 3600 + slot.end.minute * 60 + slot.end.second
    second = start + zlib.crc32(f"{seed}:{step_key}".encode()) % (end - start)
    return time(second // 3600, second // 60 % 60, second % 60)
