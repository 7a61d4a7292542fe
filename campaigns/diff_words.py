"""The values of a pack as people say them. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import time
from typing import Any

from campaigns.pack_values import PackSlot, PackStep
from trust.telling import Told, tell, tell_count

_HOUR = 60


def when_words(step: PackStep) -> str:
    """When a step comes, counted from its stage's anchor: day 4 morning, 3 hours after."""
    if step.day is None:
        return tell("%(time)s after", time=duration_words(step.after_minutes or 0))
    if not step.slot:
        return tell("day %(day)s", day=step.day)
    return tell("day %(day)s %(slot)s", day=step.day, slot=step.slot)


def duration_words(minutes: int) -> str:
    if minutes and minutes % _HOUR == 0:
        return counted(minutes // _HOUR, "hour")
    return counted(minutes, "minute")


def counted(count: int, noun: str, plural: str = "") -> str:
    """1 person, 2 people, 12,000 texts. Of the nouns below it can be told in other languages."""
    if noun in _NOUNS and not plural:
        return _NOUNS[noun](count, f"{count:,}")
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


_NOUNS: Mapping[str, Callable[[int, str], Told]] = {
    "minute": lambda n, said: tell_count("%(count)s minute", "%(count)s minutes", n, count=said),
    "hour": lambda n, said: tell_count("%(count)s hour", "%(count)s hours", n, count=said),
    "day": lambda n, said: tell_count("%(count)s day", "%(count)s days", n, count=said),
    "stage": lambda n, said: tell_count("%(count)s stage", "%(count)s stages", n, count=said),
    "step": lambda n, said: tell_count("%(count)s step", "%(count)s steps", n, count=said),
    "question": lambda n, said: tell_count(
        "%(count)s question", "%(count)s questions", n, count=said
    ),
    "text": lambda n, said: tell_count("%(count)s text", "%(count)s texts", n, count=said),
    "part": lambda n, said: tell_count("%(count)s part", "%(count)s parts", n, count=said),
    "thing": lambda n, said: tell_count("%(count)s thing", "%(count)s things", n, count=said),
    "error": lambda n, said: tell_count("%(count)s error", "%(count)s errors", n, count=said),
    "warning": lambda n, said: tell_count("%(count)s warning", "%(count)s warnings", n, count=said),
    "hint": lambda n, said: tell_count("%(count)s hint", "%(count)s hints", n, count=said),
    "person": lambda n, said: tell_count("%(count)s person", "%(count)s people", n, count=said),
}


def spoken(value: Any) -> str:
    """Any value of a pack on one line."""
    if value is None or value == "" or value == () or value == {}:
        return tell("none")
    if isinstance(value, bool):
        return tell("yes") if value else tell("no")
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
