"""How a part of the house stands: a word and a sign besides the colour. Pure."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """`level` is the page's class for it: well, slow, stuck or quiet."""

    level: str
    words: str

    @property
    def sign(self) -> str:
        return {"well": "\u2713", "slow": "!", "stuck": "\u2715"}.get(self.level, "\u2013")


def by_age(age: timedelta | None, *, slow: timedelta, stuck: timedelta) -> Standing:
    """Of what has waited for `age`, the oldest of its kind; None when nothing waits."""
    if age is None:
        return Standing("well", "Nothing waits")
    if age >= stuck:
        return Standing("stuck", f"Stuck: the oldest waits {said(age)}")
    if age >= slow:
        return Standing("slow", f"Slow: the oldest waits {said(age)}")
    return Standing("well", f"Well: the oldest waits {said(age)}")


def said(span: timedelta) -> str:
    """The two-figure truth: 40 seconds, 12 minutes, 3 hours, 5 days."""
    seconds = max(0, int(span.total_seconds()))
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def counted(rows: int, *, most: int) -> str:
    """Counting stops at `most` and one more."""
    return f"{most} and more" if rows > most else str(rows)


def sized(size: int) -> str:
    """Of bytes."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size / 1024:.0f} kB"
