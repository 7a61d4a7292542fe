"""How a case stands against its target, in words: never by colour alone. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    words: str
    is_overdue: bool


def standing(*, due_at: datetime, now: datetime) -> Standing:
    if now > due_at:
        return Standing(f"overdue by {spoken(now - due_at)}", True)
    return Standing(f"due in {spoken(due_at - now)}", False)


def spoken(span: timedelta) -> str:
    """The largest unit that tells enough: 12 min, 3 h, 2 days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 90:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"
