"""Why somebody got nothing, in a sentence for each reason. Pure.

Every Reason has its sentence, and so has every way a planned text may come to nothing after it was
planned (tests/enrolment/test_silences.py sees to both). `enrolment.silences` puts them together
with the day.
"""

from collections.abc import Mapping

from enrolment.state import Reason
from trust.telling import tell

DECIDED: Mapping[str, str] = {
    Reason.LATE: tell("it came due while nothing could be sent and was too late afterwards"),
    Reason.SLIP_PATH: tell("a slip was told; for 48 hours the slip texts come instead"),
    Reason.OTHER_PATH: tell("another part of the programme comes instead for now"),
    Reason.NEWER_STEP_DUE: tell("a newer text was due at the same time"),
    Reason.CATCH_UP: tell("it was late, and of late texts one a day is enough"),
    Reason.MISSING_VALUE: tell("the text needs a value this person has not given"),
    Reason.CONDITION: tell("its condition did not hold for this person"),
    Reason.PAUSED: tell("the texts were paused"),
    Reason.ASKED_LATER: tell("LATER was asked, and it would have come too late afterwards"),
    Reason.MIN_GAP: tell("it would have come too soon after another text"),
    Reason.DAY_CAP: tell("the number had its most texts of that day"),
    Reason.WEEK_CAP: tell("the number had its most texts of that week"),
    Reason.NOT_DISCREET: tell("discreet texts were chosen, and this one has no discreet wording"),
    Reason.TRIAL: tell("a trial decides here whether a text comes, and none was to come"),
    Reason.QUESTION_OPEN: tell("another campaign's question was still open on this number"),
}
#: Of texts that were planned for later and never left.
TAKEN_BACK: Mapping[str, str] = {
    "withdrawn": tell("the person left before it went out"),
    "paused": tell("the texts were paused before it went out"),
    "crisis": tell("words of need were heard; nothing planned comes for a day"),
    "new_attempt": tell("a new attempt began before it went out"),
    "expired": tell("its time passed before it could leave"),
    "budget": tell("the sender's budget of the month was spent before it could leave"),
    "moved": tell("the version moved to has no such step"),
    "opted_out": tell("the number had opted out"),
    "back_again": tell("the person came back before it went out"),
    "not_clinically_approved": tell("this version has no clinical approval for a real provider"),
    "broadcast_cancelled": tell("its broadcast was cancelled before it went out"),
    "own_hours": tell("own hours were asked for, and they come too late for it"),
    "discreet": tell("discreet texts were asked for before it went out"),
    "number_changed": tell("the number changed before it went out"),
    "wrong_number": tell("the number was somebody else's"),
    "erased": tell("what it needed has been erased"),
    "bad_number": tell("the provider says again and again that the number can't be reached"),
    "restored": tell("a back-up was restored, and it may have gone out before"),
    "unknown_zone": tell("the database does not know the time zone"),
    "bad_zone": tell("the database does not know the time zone any more"),
}
#: Of texts that a provider was given, or was to be given, and that did not arrive. What else stands
#: there is a provider's own code.
NOT_ARRIVED: Mapping[str, str] = {
    "rejected": tell("the provider refused it"),
    "refused": tell("the provider refused it"),
    "reported": tell("the network gave no reason"),
    "unresolved": tell("the provider never said what became of it, so it may have arrived"),
}
#: Of somebody whom a broadcast was meant for, beside what a planned text may be stopped by.
LEFT_OUT: Mapping[str, str] = {
    "left": tell("the person has left the campaign"),
    "no_consent": tell("there is no yes to our texts yet"),
    "number_lost": tell("the number is somebody else's now, or was erased"),
    "test": tell("a test participant"),
    "names_illness": tell("the number is shared, and the text names the illness"),
}
#: Of texts that were sent, but not when they came due.
MOVED: Mapping[str, str] = {
    Reason.LATE: tell("came late, in the next hours texts may come"),
    Reason.MIN_GAP: tell("moved on, to leave room after another text"),
    Reason.DAY_CAP: tell("moved on, for the day was full"),
    Reason.WEEK_CAP: tell("moved on, for the week was full"),
    Reason.ASKED_LATER: tell("moved on, for LATER was asked"),
}


def why_not(verdict: str, reason: str) -> str:
    """As in "not sent: ...". A reason nobody wrote a sentence for is told as it stands."""
    if verdict in ("cancelled", "expired"):
        return TAKEN_BACK.get(reason) or reason.replace("_", " ")
    return in_words(reason)


def in_words(reason: str) -> str:
    """Whenever it was that the text came to nothing."""
    found = DECIDED.get(reason) or TAKEN_BACK.get(reason) or LEFT_OUT.get(reason)
    return found or reason.replace("_", " ")


def not_arrived(reason: str) -> str:
    """Why a text that was sent did not arrive; a provider's code is told as it stands."""
    if found := NOT_ARRIVED.get(reason):
        return found
    return tell("the provider's code is %(code)s", code=reason) if reason else tell("no word")
