"""What words of need set off, as far as no row is asked: which words answer them, and for how long
nothing planned leaves. Pure."""

from datetime import timedelta

from campaigns.content import Content
from messaging.crisis import Crisis

#: No cheerful tip follows a cry for help.
HELD = timedelta(hours=24)
_TEXT = "system.crisis"
_PREFIX = "crisis_"


def reason(crisis: Crisis) -> str:
    return f"{_PREFIX}{crisis.value}"


def is_need(reason: str) -> bool:
    return reason.startswith(_PREFIX)


def text_key(content: Content, crisis: Crisis) -> str | None:
    """The campaign's own words of that kind, or its usual ones, if it has any."""
    keys = (f"{_TEXT}.{crisis.value}", _TEXT)
    return next((key for key in keys if content.has_text(key)), None)
