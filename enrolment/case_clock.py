"""How a case stands against its target, in words: never by colour alone. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from trust.telling import tell, tell_count


@dataclass(frozen=True, slots=True)
class Standing:
    words: str
    is_overdue: bool


def standing(*, due_at: datetime, now: datetime) -> Standing:
    if now > due_at:
        return Standing(tell("overdue by %(time)s", time=spoken(now - due_at)), True)
    return Standing(tell("due in %(time)s", time=spoken(due_at - now)), False)


def spoken(span: timedelta) -> str:
    """The largest unit that tells enough: 12 min, 3 h, 2 days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 90:
        return tell("%(count)s min", count=minutes)
    if minutes < 48 * 60:
        return tell("%(count)s h", count=minutes // 60)
    return tell_count("%(count)s day", "%(count)s days", minutes // (24 * 60))
