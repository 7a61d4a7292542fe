"""A transcript as people read it in a terminal: a heading a day, a line each, reasons in words."""

from collections.abc import Iterator
from itertools import groupby

from enrolment.transcript import Entry, Kind, Transcript
from enrolment.why import MOVED, why_not
from trust.telling import Day, tell

_MARKS = {
    Kind.HEARD: ">",
    Kind.REPLY: "<",
    Kind.TURN: "*",
    Kind.OUTAGE: "!",
    Kind.UNSAID: "?",
}
_SENT, _UNSENT = "<", "-"


def lines(transcript: Transcript, *, words: bool = False) -> Iterator[str]:
    """> the person, < the programme, - not sent, * a turn, ! an outage, ? never said."""
    yield f"{transcript.name} ({transcript.persona}), {transcript.zone} time"
    for day, entries in groupby(transcript.entries, key=lambda entry: entry.day):
        found = list(entries)
        yield ""
        yield f"{day:%a %d %b %Y}  {found[-1].offset}"
        for entry in found:
            yield f"  {entry.at:%H:%M} {mark(entry)} {told(entry, words=words)}"
    yield ""
    yield from _totals(transcript)


def mark(entry: Entry) -> str:
    if entry.kind is Kind.STEP:
        return _SENT if entry.is_sent else _UNSENT
    return _MARKS[entry.kind]


def told(entry: Entry, *, words: bool = False) -> str:
    """One line: what, and why not or why later."""
    match entry.kind:
        case Kind.HEARD:
            return f"{entry.key}  [{entry.reason.replace('_', ' ')}]"
        case Kind.UNSAID:
            return tell("%(step)s  (in the script, but its moment never came)", step=entry.key)
        case Kind.OUTAGE:
            return tell("outage %(name)s", name=entry.key)
        case Kind.STEP if entry.is_silent:
            return tell(
                "%(step)s not sent: %(why)s",
                step=entry.key,
                why=why_not(entry.verdict, entry.reason),
            )
        case Kind.STEP:
            line = _later(entry)
        case _:
            line = entry.key
    return f"{line}: {entry.words}" if words and entry.words else line


def _wording(entry: Entry) -> str:
    """The text's own key beside the step's, where they differ: a bank's or a variant's text."""
    if not entry.text_key or entry.text_key == entry.key:
        return entry.key
    return f"{entry.key} ({entry.text_key})"


def _later(entry: Entry) -> str:
    step = _wording(entry)
    if entry.leaves is None:
        return step
    at = Day(entry.leaves, "HH:mm" if entry.leaves.date() == entry.day else "EEE dd MMM HH:mm")
    why = MOVED.get(entry.reason, entry.reason.replace("_", " "))
    if why:
        return tell("%(step)s  at %(moment)s: %(why)s", step=step, moment=at, why=why)
    return tell("%(step)s  at %(moment)s", step=step, moment=at)


def _totals(transcript: Transcript) -> Iterator[str]:
    yield f"{transcript.sent} texts and replies sent"
    for reason, times in sorted(transcript.unsent.items()):
        yield f"{times} not sent: {reason.replace('_', ' ')}"
