"""Each silence, and each text that did not arrive, in one sentence with its day. Pure.

The reasons themselves are worded in `enrolment.why`. A test walks every outcome, status and reason,
so that none can be added without its sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from enrolment.state import Reason
from enrolment.why import in_words, not_arrived

#: What stands before the reason, by what became of the step.
_LEADS: Mapping[str, str] = {
    "held": "Held back on {due}",
    "queued": "Not sent on {due}",
    "suppressed": "Not sent on {due}",
    "withheld": "Withheld on {due}",
    "expired": "Not sent on {due}",
    "superseded": "Not sent on {due}",
}
#: Of a text that went later than it came due.
_MOVED: Mapping[str, str] = {
    Reason.LATE: "nothing could be sent then",
    Reason.MIN_GAP: "too soon after another text",
    Reason.DAY_CAP: "the day's cap{cap} was reached",
    Reason.WEEK_CAP: "the weekly cap{cap} was reached",
    Reason.ASKED_LATER: "LATER was asked",
}
_CAPPED = (Reason.DAY_CAP, Reason.WEEK_CAP)
_ON_THE_WIRE: Mapping[str, str] = {
    "queued": "Waits. Leaves {at} at the earliest.",
    "sending": "Is being handed to the provider.",
    "unknown": "The provider has not said whether it took it. Nobody sends it again by guess.",
    "accepted": "The provider has it. No word from the telephone yet.",
    "sent": "The network has it. No word from the telephone yet.",
    "delivered": "",
    "undelivered": "Sent, but it did not arrive: {fault}.",
    "failed": "Not sent on {day}: {fault}.",
    "cancelled": "Not sent on {day}: {reason}.",
    "expired": "Not sent on {day}: {reason}.",
    "blocked": "Not sent on {day}: {reason}.",
}
#: Why a person gets nothing planned at all, by the enrolment's status.
_STANDING: Mapping[str, str] = {
    "invited": "Nothing is planned: the questions for joining are not answered yet.",
    "active": "Nothing is planned: the programme has nothing more for this person for now.",
    "paused": "Nothing comes: the texts are paused{why}.",
    "completed": "Nothing is planned: the programme is over.",
    "ineligible": "Nothing comes: this person could not join.",
    "withdrawn": "Nothing comes: this person has left{why}.",
    "erased": "Nothing comes: this person was erased, as she asked.",
}
_PAUSES: Mapping[str, str] = {
    "asked": "as they asked",
    "staff": "by staff",
    "unreachable": "as the last texts did not arrive; a text from the number ends it",
}


@dataclass(frozen=True, slots=True)
class Silence:
    """`due`, `moved_to`: as a person says a day and a moment. `cap`: the most texts, if known."""

    outcome: str
    reason: str
    due: str
    moved_to: str = ""
    cap: int | None = None


def decided(silence: Silence) -> str:
    """Of a step that was not sent, or not when it came due."""
    lead = _LEADS.get(silence.outcome, "Not sent on {due}").format(due=silence.due)
    if silence.moved_to:
        return f"{lead}: {_moved(silence)}; moved to {silence.moved_to}."
    why = _moved(silence) if silence.reason in _CAPPED and silence.cap else None
    return f"{lead}: {why or in_words(silence.reason)}."


def is_moved(reason: str) -> bool:
    return reason in _MOVED


def on_the_wire(*, status: str, reason: str, day: str, at: str) -> str:
    """Of a text that was queued; empty where it arrived."""
    found = _ON_THE_WIRE.get(status, status.replace("_", " ").capitalize() + ".")
    return found.format(day=day, at=at, reason=in_words(reason), fault=not_arrived(reason))


def standing(*, status: str, why: str = "") -> str:
    """Why nothing is planned. `why`: of a pause or of leaving, as the enrolment has it."""
    words = _PAUSES.get(why) or why.replace("_", " ")
    return _STANDING[status].format(why=f" ({words})" if words else "")


def _moved(silence: Silence) -> str:
    cap = f" of {silence.cap}" if silence.cap else ""
    found = _MOVED.get(silence.reason)
    return in_words(silence.reason) if found is None else found.format(cap=cap)
