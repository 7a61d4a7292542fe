"""Each silence, and each text that did not arrive, in one sentence with its day. Pure.

The reasons themselves are worded in `enrolment.why`. A test walks every outcome, status and reason,
so that none can be added without its sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from enrolment.person_words import plain
from enrolment.state import Reason
from enrolment.why import in_words, not_arrived
from trust.telling import tell

#: Of a text that went later than it came due; by reason, without and with the cap.
_MOVED: Mapping[str, str] = {
    Reason.LATE: tell("nothing could be sent then"),
    Reason.MIN_GAP: tell("too soon after another text"),
    Reason.DAY_CAP: tell("the day's cap was reached"),
    Reason.WEEK_CAP: tell("the weekly cap was reached"),
    Reason.ASKED_LATER: tell("LATER was asked"),
}
_ON_THE_WIRE: Mapping[str, str] = {
    "sending": tell("Is being handed to the provider."),
    "unknown": tell(
        "The provider has not said whether it took it. Nobody sends it again by guess."
    ),
    "accepted": tell("The provider has it. No word from the telephone yet."),
    "sent": tell("The network has it. No word from the telephone yet."),
    "delivered": "",
}
#: Why a person gets nothing planned at all, by the enrolment's status.
_STANDING: Mapping[str, str] = {
    "invited": tell("Nothing is planned: the questions for joining are not answered yet."),
    "active": tell("Nothing is planned: the programme has nothing more for this person for now."),
    "paused": tell("Nothing comes: the texts are paused."),
    "completed": tell("Nothing is planned: the programme is over."),
    "ineligible": tell("Nothing comes: this person could not join."),
    "withdrawn": tell("Nothing comes: this person has left."),
    "erased": tell("Nothing comes: this person was erased, as she asked."),
}
_PAUSES: Mapping[str, str] = {
    "asked": tell("as they asked"),
    "staff": tell("by staff"),
    "unreachable": tell("as the last texts did not arrive; a text from the number ends it"),
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
    if silence.moved_to:
        return _lead(silence, _until(silence))
    return _lead(silence, _capped(silence) or in_words(silence.reason))


def _until(silence: Silence) -> str:
    return tell("%(why)s; moved to %(moment)s", why=_moved(silence), moment=silence.moved_to)


def _lead(silence: Silence, why: str) -> str:
    match silence.outcome:
        case "held":
            return tell("Held back on %(due)s: %(why)s.", due=silence.due, why=why)
        case "withheld":
            return tell("Withheld on %(due)s: %(why)s.", due=silence.due, why=why)
    return tell("Not sent on %(due)s: %(why)s.", due=silence.due, why=why)


def is_moved(reason: str) -> bool:
    return reason in _MOVED


def on_the_wire(*, status: str, reason: str, day: str, at: str) -> str:
    """Of a text that was queued; empty where it arrived."""
    match status:
        case "queued":
            return tell("Waits. Leaves %(moment)s at the earliest.", moment=at)
        case "undelivered":
            return tell("Sent, but it did not arrive: %(why)s.", why=not_arrived(reason))
        case "failed":
            return tell("Not sent on %(due)s: %(why)s.", due=day, why=not_arrived(reason))
        case "cancelled" | "expired" | "blocked":
            return tell("Not sent on %(due)s: %(why)s.", due=day, why=in_words(reason))
    return _ON_THE_WIRE[status]


def standing(*, status: str, why: str = "") -> str:
    """Why nothing is planned. `why`: of a pause or of leaving, as the enrolment has it."""
    words = _PAUSES.get(why) or plain(why)
    if words and status == "paused":
        return tell("Nothing comes: the texts are paused (%(why)s).", why=words)
    if words and status == "withdrawn":
        return tell("Nothing comes: this person has left (%(why)s).", why=words)
    return _STANDING[status]


def _moved(silence: Silence) -> str:
    return _capped(silence) or _MOVED.get(silence.reason) or in_words(silence.reason)


def _capped(silence: Silence) -> str:
    """Empty where it was no cap, or how much it allows is not known."""
    if silence.cap and silence.reason == Reason.DAY_CAP:
        return tell("the day's cap of %(cap)s was reached", cap=silence.cap)
    if silence.cap and silence.reason == Reason.WEEK_CAP:
        return tell("the weekly cap of %(cap)s was reached", cap=silence.cap)
    return ""
