"""A Response carried out on a person in memory; applying.py does the same to rows. Pure."""

from datetime import date, datetime

from campaigns.content import Content
from campaigns.rules import QUIT_DATE_ANCHOR, SLIP_ANCHOR, AttributeKind, QuestionKind
from campaigns.schedule import Span
from enrolment.stand_in import StandIn, Standing
from enrolment.talk import (
    Activate,
    Ask,
    Change,
    CloseQuestion,
    CountSlip,
    CountTry,
    EnterStage,
    Heard,
    MarkIneligible,
    NoteHelp,
    Pause,
    RecordReading,
    Response,
    Rest,
    Resume,
    SetAttribute,
    SetHours,
    SetProfile,
    SetQuitDate,
    StartAttempt,
)

#: Kept sealed; conditions know only that it is there.
_SEALED = "given"


def carry_out(person: StandIn, response: Response, now: datetime) -> None:
    if response.heard is not None:
        _note_answer(person, response.heard)
    for line in response.says:
        if line.bank:
            person.sent[line.text_key] += 1
    for change in response.changes:
        _make(change, person, now)


def _note_answer(person: StandIn, heard: Heard) -> None:
    if not heard.valid:
        return
    person.answered.add(heard.question)
    question = person.content.questions[heard.question]
    if question.kind not in (QuestionKind.NAME, QuestionKind.TEXT) and heard.value:
        person.values[f"answer.{heard.question}"] = heard.value


def _make(change: Change, person: StandIn, now: datetime) -> None:
    match change:
        case SetAttribute(attribute, value):
            _set_attribute(person, attribute, value, now)
        case SetQuitDate(day):
            person.leave_paths(now)
            person.set_day(QUIT_DATE_ANCHOR, day, now)
        case StartAttempt(day):
            person.start_attempt(day, now)
        case EnterStage(stage):
            person.enter_stage(stage, now)
        case SetProfile(profile):
            person.profile = profile
            person.replan_from(now)
        case Pause(until):
            person.pause(until, now)
        case Resume():
            person.resume(now)
        case Rest(until):
            person.rest_until = until
        case SetHours(start, end):
            person.own_hours = Span(start, end)
            person.replan_from(now)
        case RecordReading(kind, reading, _):
            person.values[f"reading.{kind}"] = reading
        case Ask(question):
            person.ask(question, now)
        case CloseQuestion():
            person.ask("", None)
        case CountTry():
            person.tries += 1
        case Activate():
            person.activate(now)
        case MarkIneligible():
            person.end(Standing.INELIGIBLE)
        case CountSlip(starts_path):
            person.slips += 1
            if starts_path:
                person.add_event(SLIP_ANCHOR, now)
        case NoteHelp():
            person.helped_at = now


def _set_attribute(person: StandIn, name: str, value: str, now: datetime) -> None:
    """remembering.set_attribute"""
    match name:
        case "first_name":
            person.first_name = value
        case "language" if person.language != value:
            person.language = value
            person.replan_from(now)
        case "slot" if person.slot != value:
            person.slot = value
            person.replan_from(now)
        case "language" | "slot":
            pass
        case _:
            _set_own(person, person.content, name, value, now)


def _set_own(person: StandIn, content: Content, name: str, value: str, now: datetime) -> None:
    """An attribute of the content's own. A birth ends the due date it takes the place of."""
    rule = content.attributes.get(name)
    is_words = rule is not None and rule.kind is AttributeKind.TEXT
    person.values[name] = _SEALED if is_words else value
    if is_words:
        person.words[name] = value
    if rule is not None and rule.kind is AttributeKind.DATE:
        for other, found in content.attributes.items():
            if found.replaced_by == name:
                person.replace_anchor(other)
        person.set_day(name, date.fromisoformat(value), now)
