"""How a part of the house stands: a word and a sign besides the colour. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from trust.telling import tell, tell_count


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
        return Standing("well", tell("Nothing waits"))
    if age >= stuck:
        return Standing("stuck", tell("Stuck: the oldest waits %(time)s", time=said(age)))
    if age >= slow:
        return Standing("slow", tell("Slow: the oldest waits %(time)s", time=said(age)))
    return Standing("well", tell("Well: the oldest waits %(time)s", time=said(age)))


def sending(*, is_held: bool) -> Standing:
    if not is_held:
        return Standing("well", tell("Texts may leave"))
    words = tell(
        "Held since a back-up was restored: nothing leaves. Texts that come in are kept, and STOP "
        "is carried out. manage.py after_restore goes on from here"
    )
    return Standing("stuck", words)


def said(span: timedelta) -> str:
    """The two-figure truth: 40 seconds, 12 minutes, 3 hours, 5 days."""
    seconds = max(0, int(span.total_seconds()))
    if seconds >= 2 * 86400:
        return tell_count("%(count)s day", "%(count)s days", seconds // 86400)
    if seconds >= 2 * 3600:
        return tell_count("%(count)s hour", "%(count)s hours", seconds // 3600)
    if seconds >= 2 * 60:
        return tell_count("%(count)s minute", "%(count)s minutes", seconds // 60)
    return tell_count("%(count)s second", "%(count)s seconds", seconds)


def counted(rows: int, *, most: int) -> str:
    """Counting stops at `most` and one more."""
    return tell("%(count)s and more", count=most) if rows > most else str(rows)


def sized(size: int) -> str:
    """Of bytes."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size / 1024:.0f} kB"
