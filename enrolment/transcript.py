"""A transcript: all that was said, and a reason for all that was not. Pure.

Two transcripts are compared by step, local day, verdict and reason, and replies by their text
keys: never by wording or the minute, so that mending a comma is no change.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

FORMAT = 1


class Kind(StrEnum):
    #: What the person texted.
    HEARD = "heard"
    REPLY = "reply"
    #: A planned text or question that went out, or one that did not.
    STEP = "step"
    #: What changed: a stage entered, a pause, another attempt.
    TURN = "turn"
    OUTAGE = "outage"
    #: A line of the script that found no moment.
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Entry:
    """at: local wall time. key: of the step or text, or what was texted.

    offset: days from the quit date (Q+4), before there is one from joining (J+0).
    verdict: of a step; how a text ended. leaves: when a text goes out, if later than it came due.
    words: the wording; only where it was asked for, and never compared.
    """

    at: datetime
    kind: Kind
    key: str
    offset: str
    occurrence: int = 1
    attempt: int = 1
    verdict: str = ""
    reason: str = ""
    text_key: str = ""
    leaves: datetime | None = None
    words: str = ""

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def is_sent(self) -> bool:
        return self.kind is Kind.REPLY or (self.kind is Kind.STEP and self.verdict == "queued")

    @property
    def is_silent(self) -> bool:
        return self.kind is Kind.STEP and self.verdict != "queued"


@dataclass(frozen=True, slots=True)
class Transcript:
    persona: str
    name: str
    zone: str
    entries: tuple[Entry, ...]

    @property
    def sent(self) -> int:
        return sum(entry.is_sent for entry in self.entries)

    @property
    def unsent(self) -> Mapping[str, int]:
        """Reason -> how many steps did not come because of it."""
        return dict(Counter(entry.reason for entry in self.entries if entry.is_silent))


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out differently; empty `before` or `after`: it was not there."""

    key: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"+ {self.key}: {self.after}"
        if not self.after:
            return f"- {self.key}: {self.before}"
        return f"~ {self.key}: {self.before} -> {self.after}"


def differences(before: Transcript, after: Transcript) -> tuple[Difference, ...]:
    """In the order of `after`, then what is gone. Empty when they tell the same story."""
    old, new = _outcomes(before), _outcomes(after)
    found = [
        Difference(_titled(key), old.get(key, ""), outcome)
        for key, outcome in new.items()
        if old.get(key, "") != outcome
    ]
    found += [
        Difference(_titled(key), outcome, "") for key, outcome in old.items() if key not in new
    ]
    return tuple(found)


_Key = tuple[str, str, int, int, int]


def _outcomes(transcript: Transcript) -> dict[_Key, str]:
    """What is compared, by what it is about; things told twice are told apart by their turn."""
    turns: defaultdict[tuple[str, str, int, int], int] = defaultdict(int)
    found: dict[_Key, str] = {}
    for entry in transcript.entries:
        about = (entry.kind.value, entry.key, entry.attempt, entry.occurrence)
        turns[about] += 1
        found[(*about, turns[about])] = _outcome(entry)
    return found


def _outcome(entry: Entry) -> str:
    parts = [f"{entry.day:%a %d %b %Y}", entry.verdict, entry.reason]
    if entry.leaves is not None and entry.leaves.date() != entry.day:
        parts.append(f"leaves {entry.leaves:%d %b}")
    return ", ".join(part for part in parts if part)


def _titled(key: _Key) -> str:
    kind, about, attempt, occurrence, turn = key
    title = f"{kind} {about}"
    if occurrence > 1:
        title += f" ({occurrence})"
    if attempt > 1:
        title += f" attempt {attempt}"
    return title if turn == 1 else f"{title} #{turn}"


def to_json(transcript: Transcript) -> dict[str, Any]:
    """Without wording: what is kept beside a curriculum must survive a mended comma."""
    return {
        "format": FORMAT,
        "persona": transcript.persona,
        "name": transcript.name,
        "zone": transcript.zone,
        "entries": [_entry_to_json(entry) for entry in transcript.entries],
    }


def from_json(kept: Mapping[str, Any]) -> Transcript:
    """Raises ValueError when it is of another format, KeyError or TypeError when it is damaged."""
    if kept.get("format") != FORMAT:
        raise ValueError(f"a transcript of format {kept.get('format')!r}; this reads {FORMAT}")
    return Transcript(
        persona=kept["persona"],
        name=kept["name"],
        zone=kept["zone"],
        entries=tuple(_entry_from_json(entry) for entry in kept["entries"]),
    )


def _entry_to_json(entry: Entry) -> dict[str, Any]:
    found = asdict(entry)
    found["at"] = _minute(entry.at)
    found["kind"] = entry.kind.value
    found["leaves"] = None if entry.leaves is None else _minute(entry.leaves)
    del found["words"]
    usual = {"occurrence": 1, "attempt": 1, "leaves": None, "text_key": entry.key}
    return {
        name: value
        for name, value in found.items()
        if name == "key" or (value != "" and (name not in usual or value != usual[name]))
    }


def _entry_from_json(kept: Mapping[str, Any]) -> Entry:
    leaves = kept.get("leaves")
    kind = Kind(kept["kind"])
    verdict, reason = kept.get("verdict", ""), kept.get("reason", "")
    told = kind is Kind.REPLY or verdict == "queued" or reason == "missing_value"
    return Entry(
        at=datetime.fromisoformat(kept["at"]),
        kind=kind,
        key=kept["key"],
        offset=kept["offset"],
        occurrence=kept.get("occurrence", 1),
        attempt=kept.get("attempt", 1),
        verdict=verdict,
        reason=reason,
        text_key=kept.get("text_key", kept["key"] if told else ""),
        leaves=None if leaves is None else datetime.fromisoformat(leaves),
    )


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
