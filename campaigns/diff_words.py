"""The values of a pack as people say them. Pure."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import time
from typing import Any

from campaigns.pack_values import PackSlot, PackStep

_HOUR = 60


def when_words(step: PackStep) -> str:
    """When a step comes, counted from its stage's anchor: day 4 morning, 3 hours after."""
    if step.day is not None:
        return f"day {step.day} {step.slot}".strip()
    return f"{duration_words(step.after_minutes or 0)} after"


def duration_words(minutes: int) -> str:
    if minutes and minutes % _HOUR == 0:
        return counted(minutes // _HOUR, "hour")
    return counted(minutes, "minute")


def counted(count: int, noun: str, plural: str = "") -> str:
    """1 person, 2 people, 12,000 texts."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def spoken(value: Any) -> str:
    """Any value of a pack on one line."""
    if value is None or value == "" or value == () or value == {}:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, PackSlot):
        return f"{spoken(value.start)}-{spoken(value.end)}"
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {spoken(entry)}" for name, entry in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(spoken(entry) for entry in value)
    if isinstance(value, frozenset | set):
        return ", ".join(sorted(spoken(entry) for entry in value))
    if is_dataclass(value):
        return _spoken_parts(value)
    return str(value)


def _spoken_parts(value: Any) -> str:
    named = [(side.name, getattr(value, side.name)) for side in fields(value)]
    told = [(name, entry) for name, entry in named if entry not in (None, "", (), {})]
    if told and told[0][0] in ("key", "value"):
        head, rest = spoken(told[0][1]), told[1:]
    else:
        head, rest = "", told
    words = ", ".join(f"{name.replace('_', ' ')} {spoken(entry)}" for name, entry in rest)
    return f"{head} ({words})" if head and words else head or words
