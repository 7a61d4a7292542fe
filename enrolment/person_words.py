"""What happened around a person, as its page calls it. Pure."""

from collections.abc import Mapping
from datetime import date

#: Of the audit's verbs. Those told by rows of their own are left out of the timeline.
DEEDS: Mapping[str, str] = {
    "enrolment.join": "Came in",
    "enrolment.invite": "Invited",
    "enrolment.activate": "The journey began",
    "enrolment.ineligible": "Could not join",
    "enrolment.pause": "Paused",
    "enrolment.resume": "Resumed",
    "enrolment.withdraw": "Taken out",
    "enrolment.return": "Came back",
    "enrolment.attempt": "A new attempt began",
    "enrolment.profile": "Another dose",
    "enrolment.move": "Moved to another version",
    "anchor.set": "A date was set",
    "anchor.event": "An event was counted",
    "participant.set": "Changed",
    "participant.ask_number": "Another number was named",
    "participant.change_number": "Texts go to another number",
    "participant.wrong_number": "The number is somebody else's",
    "participant.ask_erase": "Asked to be erased",
    "participant.erase": "Erased",
    "participant.erased": "Erased for good",
    "participant.unname": "Name and number forgotten, kept long enough",
    "person.change": "Changed by staff",
    "person.resend": "A text was sent again",
    "person.note": "A note was written",
    "name.reveal": "The name was shown",
    "number.reveal": "The number was shown",
    "number.search": "Found by its number",
    "number.bad": "The number counts as unreachable",
    "number.opt_out": "The number opted out",
    "number.lift_opt_out": "The number takes texts again",
    "number.forget": "The number was forgotten",
    "number.hand_over": "The number went to somebody else",
    "consent.ask_anew": "Asked anew whether texts are wanted",
    "consent.give": "Said yes",
    "consent.refuse": "Said no",
    "reading.record": "A reading was written down",
    "safety.crisis": "Words of need were heard",
    "web.change": "Changed on their own page",
    "web.download": "Took their data away",
}
#: Each is told by a row of its own or by the text that brought it about, in the calendar's time; an
#: audit row stands where staff did it.
TOLD_ELSEWHERE = (
    "anchor.event", "anchor.set", "consent.give", "consent.refuse", "enrolment.withdraw",
    "participant.set", "person.note", "reading.record",
)  # fmt: skip
_ANCHORS: Mapping[str, str] = {
    "quit_date": "Quit day",
    "slip": "A slip",
    "enrolment": "Joining",
    "silence": "A long silence",
}
_COUNTED_FROM: Mapping[str, str] = {
    "quit_date": "the quit day",
    "slip": "the slip",
    "enrolment": "joining",
    "silence": "the last text from them",
}


def deed(verb: str, detail: Mapping[str, object]) -> str:
    """With the plain words of its detail, which name no value."""
    said = DEEDS.get(verb, verb.replace(".", ": ").replace("_", " ").capitalize())
    named = [
        str(detail[key]).replace("_", " ")
        for key in ("attribute", "what", "kind", "reason", "profile", "version")
        if detail.get(key)
    ]
    return f"{said}: {', '.join(named)}" if named else said


def anchor(kind: str, day: date | None) -> str:
    """As in "Quit day: Thursday 10 Dec 2026"."""
    entered = kind.removeprefix("stage.")
    if entered != kind:
        return f"Entered {entered.replace('_', ' ')}"
    name = _ANCHORS.get(kind) or kind.replace("_", " ").capitalize()
    return f"{name}: {day:%A} {day.day} {day:%b %Y}" if day is not None else name


def counted_from(kind: str) -> str:
    """What a step counts from, in the middle of a sentence."""
    entered = kind.removeprefix("stage.")
    if entered != kind:
        return f"entering {entered.replace('_', ' ')}"
    if kind.startswith("calendar."):
        return kind.removeprefix("calendar.").replace("_", " ")
    return _COUNTED_FROM.get(kind) or f"the {kind.replace('_', ' ')}"


def why_then(*, day: int | None, minutes: int | None, kind: str, slot: str) -> str:
    """As in "3 days after the quit day, in the morning (09:00-09:30)"."""
    start = counted_from(kind)
    if day is None:
        return f"{_spell(minutes or 0)} after {start}"
    if day == 0:
        when = f"on the day of {start}" if start != "the quit day" else "on the quit day"
    else:
        count = abs(day)
        when = f"{count} day{'s' if count > 1 else ''} {'after' if day > 0 else 'before'} {start}"
    return f"{when}, {slot}" if slot else when


def _spell(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{minutes} minutes"
