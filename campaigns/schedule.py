"""Local wall times turned into instants: slots, allowed hours, clock changes.

Wall time and IANA zone are the truth; an instant is worked out from them each time. A wall time
inside a spring gap means the first valid instant after it, a wall time that happens twice means
the first of the two.
"""

import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
#: A step moves off avoided days at most this far; a country with a longer feast sends in it.
LONGEST_MOVE = 10


class Avoid(StrEnum):
    """Days a step moves off."""

    WEEKENDS = "weekends"
    HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True)
class DaysOff:
    """A country's weekend (Monday is 0) and public holidays."""

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()

    def is_off(self, day: date, avoid: frozenset[Avoid]) -> bool:
        return (Avoid.WEEKENDS in avoid and day.weekday() in self.weekend) or (
            Avoid.HOLIDAYS in avoid and day in self.holidays
        )

    def next_open(self, day: date, avoid: frozenset[Avoid]) -> date:
        """The first day on or after `day` that is not avoided."""
        for ahead in range(LONGEST_MOVE):
            found = day + timedelta(days=ahead)
            if not self.is_off(found, avoid):
                return found
        return day


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the local day, start included, end not. It never crosses midnight."""

    start: time
    end: time
    first_second: int = field(init=False, repr=False)
    seconds: int = field(init=False, repr=False)
    #: From midnight to `end`, on a day whose clock doesn't change.
    until_end: timedelta = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a span must start before it ends, not {self.start}-{self.end}")
        object.__setattr__(self, "first_second", _seconds(self.start))
        object.__setattr__(self, "seconds", max(1, _seconds(self.end) - _seconds(self.start)))
        object.__setattr__(self, "until_end", _since_midnight(self.end))

    def holds(self, wall: time) -> bool:
        return self.start <= wall < self.end

    def within(self, other: "Span") -> bool:
        return other.start <= self.start and self.end <= other.end


def fitted(slot: Span, hours: Span) -> Span:
    """`slot` moved, and shortened where it must be, to lie within `hours`."""
    length = min(slot.seconds, hours.seconds)
    start = max(
        hours.first_second, min(slot.first_second, hours.first_second + hours.seconds - length)
    )
    return Span(_wall(start), _wall(start + length))


def _wall(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second


def instant_at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall time; see the module for gaps and folds."""
    midnight = steady_midnight(day, zone)
    if midnight is not None:
        return midnight + _since_midnight(wall)
    return _reckoned(day, wall, zone)


def _since_midnight(wall: time) -> timedelta:
    return timedelta(0, _seconds(wall), wall.microsecond)


@lru_cache(maxsize=8192)
def steady_midnight(day: date, zone: ZoneInfo) -> datetime | None:
    """The UTC instant of local midnight, or None on a day whose clock changes.

    Nearly every day is steady, and a crowd shares its zone: this look-up is what makes a million
    send times cheap. A day is steady when it is 24 hours long and ends in the offset it began in.
    """
    start = _reckoned(day, time.min, zone)
    end = _reckoned(day + ONE_DAY, time.min, zone)
    same = _offset(start.astimezone(zone)) == _offset(end.astimezone(zone))
    return start if same and end - start == ONE_DAY else None


def _reckoned(day: date, wall: time, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, wall.replace(fold=0), tzinfo=zone)
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


def end_of_hours(day: date, hours: Span, zone: ZoneInfo) -> datetime:
    midnight = steady_midnight(day, zone)
    return instant_at(day, hours.end, zone) if midnight is None else midnight + hours.until_end


def drawn_second(slot: Span, seed: int, salt: bytes) -> int:
    """The second of a local day, from its midnight; see `drawn_instant`."""
    return slot.first_second + zlib.crc32(salt, seed) % slot.seconds


def drawn_instant(day: date, slot: Span, seed: int, salt: bytes, zone: ZoneInfo) -> datetime:
    """A second inside `slot` on a local day, always the same for one seed and step (`salt`).

    The draw spreads a crowd over the slot, so that 09:00 is not a burst, and needs no storage.
    """
    second = drawn_second(slot, seed, salt)
    midnight = steady_midnight(day, zone)
    if midnight is not None:
        return midnight + timedelta(seconds=second)
    return _reckoned(day, _wall(second), zone)
