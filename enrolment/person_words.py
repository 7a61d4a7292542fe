"""What happened around a person, as its page calls it. Pure."""

from collections.abc import Mapping
from datetime import date

from trust.telling import Day, tell, tell_count

#: Of the audit's verbs. Those told by rows of their own are left out of the timeline.
DEEDS: Mapping[str, str] = {
    "enrolment.join": tell("Came in"),
    "enrolment.invite": tell("Invited"),
    "enrolment.enrol": tell("Enrolled by staff"),
    "enrolment.take_over": tell("Taken over from another programme"),
    "enrolment.activate": tell("The journey began"),
    "enrolment.ineligible": tell("Could not join"),
    "enrolment.pause": tell("Paused"),
    "enrolment.resume": tell("Resumed"),
    "enrolment.withdraw": tell("Taken out"),
    "enrolment.return": tell("Came back"),
    "enrolment.attempt": tell("A new attempt began"),
    "enrolment.profile": tell("Another dose"),
    "enrolment.move": tell("Moved to another version"),
    "anchor.set": tell("A date was set"),
    "anchor.event": tell("An event was counted"),
    "participant.set": tell("Changed"),
    "participant.test": tell("Marked as a test person, or no more"),
    "participant.ask_number": tell("Another number was named"),
    "participant.change_number": tell("Texts go to another number"),
    "participant.wrong_number": tell("The number is somebody else's"),
    "participant.ask_erase": tell("Asked to be erased"),
    "participant.erase": tell("Erased"),
    "participant.erased": tell("Erased for good"),
    "participant.unname": tell("Name and number forgotten, kept long enough"),
    "person.change": tell("Changed by staff"),
    "person.resend": tell("A text was sent again"),
    "person.note": tell("A note was written"),
    "name.reveal": tell("The name was shown"),
    "number.reveal": tell("The number was shown"),
    "number.search": tell("Found by its number"),
    "number.bad": tell("The number counts as unreachable"),
    "number.opt_out": tell("The number opted out"),
    "number.lift_opt_out": tell("The number takes texts again"),
    "number.forget": tell("The number was forgotten"),
    "number.hand_over": tell("The number went to somebody else"),
    "consent.ask_anew": tell("Asked anew whether texts are wanted"),
    "consent.give": tell("Said yes"),
    "consent.refuse": tell("Said no"),
    "reading.record": tell("A reading was written down"),
    "safety.crisis": tell("Words of need were heard"),
    "web.change": tell("Changed on their own page"),
    "web.download": tell("Took their data away"),
}
#: Each is told by a row of its own or by the text that brought it about, in the calendar's time; an
#: audit row stands where staff did it.
TOLD_ELSEWHERE = (
    "anchor.event", "anchor.set", "consent.give", "consent.refuse", "enrolment.withdraw",
    "participant.set", "person.note", "reading.record",
)  # fmt: skip
_ANCHORS: Mapping[str, str] = {
    "quit_date": tell("Quit day"),
    "slip": tell("A slip"),
    "enrolment": tell("Joining"),
    "silence": tell("A long silence"),
}
_COUNTED_FROM: Mapping[str, str] = {
    "quit_date": tell("the quit day"),
    "slip": tell("the slip"),
    "enrolment": tell("joining"),
    "silence": tell("the last text from them"),
}

_STAGE = "stage."
_CRISIS = "crisis_"
#: Codes of rows: kinds of need, what a text was taken for, why somebody left. A campaign's own keys
#: are told as they stand.
_CODES: Mapping[str, str] = {
    "self_harm": tell("self harm"),
    "chest_pain": tell("chest pain"),
    "low_glucose": tell("low glucose"),
    "violence": tell("violence"),
    "answer": tell("answer"),
    "join": tell("join"),
    "slip": tell("slip"),
    "less": tell("less"),
    "more": tell("more"),
    "pause": tell("pause"),
    "resume": tell("resume"),
    "later": tell("later"),
    "time": tell("time"),
    "date": tell("date"),
    "language": tell("language"),
    "data": tell("data"),
    "erase": tell("erase"),
    "erased": tell("erased"),
    "reading": tell("reading"),
    "stop": tell("stop"),
    "help": tell("help"),
    "fault": tell("fault"),
    "person": tell("person"),
    "staff": tell("staff"),
    "declined": tell("declined"),
    "not_answered": tell("not answered"),
    "told_by_call": tell("told by call"),
}


def plain(code: str) -> str:
    need = code.removeprefix(_CRISIS)
    if need != code:
        return tell("crisis %(kind)s", kind=plain(need))
    return _CODES.get(code) or code.replace("_", " ")


def deed(verb: str, detail: Mapping[str, object]) -> str:
    """With the plain words of its detail, which name no value."""
    done = DEEDS.get(verb, verb.replace(".", ": ").replace("_", " ").capitalize())
    named = [
        plain(str(detail[key]))
        for key in ("attribute", "what", "kind", "reason", "profile", "version")
        if detail.get(key)
    ]
    return tell("%(name)s: %(words)s", name=done, words=named) if named else done


def anchor(kind: str, day: date | None) -> str:
    """As in "Quit day: Thursday 10 Dec 2026"."""
    name = anchor_name(kind)
    if day is None or kind.startswith(_STAGE):
        return name
    return tell("%(name)s: %(words)s", name=name, words=full_day(day))


def anchor_name(kind: str) -> str:
    entered = kind.removeprefix(_STAGE)
    if entered != kind:
        return tell("Entered %(stage)s", stage=entered.replace("_", " "))
    return _ANCHORS.get(kind) or kind.replace("_", " ").capitalize()


def full_day(day: date) -> str:
    """As in "Thursday 10 Dec 2026"."""
    return Day(day, "EEEE d MMM y")


def counted_from(kind: str) -> str:
    """What a step counts from, in the middle of a sentence."""
    entered = kind.removeprefix(_STAGE)
    if entered != kind:
        return tell("entering %(stage)s", stage=entered.replace("_", " "))
    if kind.startswith("calendar."):
        return kind.removeprefix("calendar.").replace("_", " ")
    return _COUNTED_FROM.get(kind) or tell("the %(date)s", date=kind.replace("_", " "))


def why_then(*, day: int | None, minutes: int | None, kind: str, slot: str) -> str:
    """As in "3 days after the quit day, in the morning (09:00-09:30)"."""
    start = counted_from(kind)
    if day is None:
        return _after(minutes or 0, start)
    if day == 0:
        when = tell("on the day of %(start)s", start=start)
        if kind == "quit_date":
            when = tell("on the quit day")
    elif day > 0:
        when = tell_count(
            "%(count)s day after %(start)s", "%(count)s days after %(start)s", day, start=start
        )
    else:
        when = tell_count(
            "%(count)s day before %(start)s", "%(count)s days before %(start)s", -day, start=start
        )
    return tell("%(when)s, %(slot)s", when=when, slot=slot) if slot else when


def _after(minutes: int, start: str) -> str:
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return tell_count(
            "%(count)s hour after %(start)s", "%(count)s hours after %(start)s", hours, start=start
        )
    return tell_count(
        "%(count)s minute after %(start)s",
        "%(count)s minutes after %(start)s",
        minutes,
        start=start,
    )
