"""Why somebody got nothing, in a sentence for each reason. Pure.

Every Reason has its sentence, and so has every way a planned text may come to nothing after it was
planned (tests/enrolment/test_silences.py sees to both). `enrolment.silences` puts them together
with the day.
"""

from collections.abc import Mapping

from enrolment.state import Reason

DECIDED: Mapping[str, str] = {
    Reason.LATE: "it came due while nothing could be sent and was too late afterwards",
    Reason.SLIP_PATH: "a slip was told; for 48 hours the slip texts come instead",
    Reason.OTHER_PATH: "another part of the programme comes instead for now",
    Reason.NEWER_STEP_DUE: "a newer text was due at the same time",
    Reason.CATCH_UP: "it was late, and of late texts one a day is enough",
    Reason.MISSING_VALUE: "the text needs a value this person has not given",
    Reason.CONDITION: "its condition did not hold for this person",
    Reason.PAUSED: "the texts were paused",
    Reason.ASKED_LATER: "LATER was asked, and it would have come too late afterwards",
    Reason.MIN_GAP: "it would have come too soon after another text",
    Reason.DAY_CAP: "the number had its most texts of that day",
    Reason.WEEK_CAP: "the number had its most texts of that week",
    Reason.NOT_DISCREET: "discreet texts were chosen, and this one has no discreet wording",
    Reason.TRIAL: "a trial decides here whether a text comes, and none was to come",
    Reason.QUESTION_OPEN: "another campaign's question was still open on this number",
}
#: Of texts that were planned for later and never left.
TAKEN_BACK: Mapping[str, str] = {
    "withdrawn": "the person left before it went out",
    "paused": "the texts were paused before it went out",
    "crisis": "words of need were heard; nothing planned comes for a day",
    "new_attempt": "a new attempt began before it went out",
    "expired": "its time passed before it could leave",
    "budget": "the sender's budget of the month was spent before it could leave",
    "moved": "the version moved to has no such step",
    "opted_out": "the number had opted out",
    "not_clinically_approved": "this version has no clinical approval for a real provider",
    "broadcast_cancelled": "its broadcast was cancelled before it went out",
    "discreet": "discreet texts were asked for before it went out",
    "number_changed": "the number changed before it went out",
    "wrong_number": "the number was somebody else's",
    "erased": "what it needed has been erased",
    "bad_number": "the provider says again and again that the number can't be reached",
    "unknown_zone": "the database does not know the time zone",
    "bad_zone": "the database does not know the time zone any more",
}
#: Of texts that a provider was given, or was to be given, and that did not arrive. What else stands
#: there is a provider's own code.
NOT_ARRIVED: Mapping[str, str] = {
    "rejected": "the provider refused it",
    "refused": "the provider refused it",
    "reported": "the network gave no reason",
    "unresolved": "the provider never said what became of it, so it may have arrived",
}
#: Of somebody whom a broadcast was meant for, beside what a planned text may be stopped by.
LEFT_OUT: Mapping[str, str] = {
    "left": "the person has left the campaign",
    "no_consent": "there is no yes to our texts yet",
    "number_lost": "the number is somebody else's now, or was erased",
    "test": "a test participant",
    "names_illness": "the number is shared, and the text names the illness",
}
#: Of texts that were sent, but not when they came due.
MOVED: Mapping[str, str] = {
    Reason.LATE: "came late, in the next hours texts may come",
    Reason.MIN_GAP: "moved on, to leave room after another text",
    Reason.DAY_CAP: "moved on, for the day was full",
    Reason.WEEK_CAP: "moved on, for the week was full",
    Reason.ASKED_LATER: "moved on, for LATER was asked",
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
    return NOT_ARRIVED.get(reason) or (f"the provider's code is {reason}" if reason else "no word")
