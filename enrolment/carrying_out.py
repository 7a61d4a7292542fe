"""A Response carried out on a person in memory; applying.py does the same to rows. Pure."""

from datetime import date, datetime

from campaigns.consent_scopes import CONSENT_PREFIX
from campaigns.content import Content
from campaigns.rules import QUIT_DATE_ANCHOR, SLIP_ANCHOR, AttributeKind
from campaigns.schedule import Span
from enrolment import turning
from enrolment.reading import OWN_WORDS
from enrolment.stand_in import StandIn, Standing
from enrolment.talk import (
    Activate,
    Ask,
    AskErase,
    AskNewNumber,
    Change,
    CloseQuestion,
    CountSlip,
    CountTry,
    Decline,
    EnterStage,
    Erase,
    GiveConsent,
    Heard,
    MarkIneligible,
    NoteHelp,
    OpenWeb,
    Pause,
    RaiseFlag,
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
from enrolment.trends import Reading

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
    if question.kind not in OWN_WORDS and heard.value:
        person.values[f"answer.{heard.question}"] = heard.value


def _make(change: Change, person: StandIn, now: datetime) -> None:
    match change:
        case SetAttribute(attribute, value):
            _set_attribute(person, attribute, value, now)
        case SetQuitDate(day):
            turning.leave_paths(person, now)
            turning.set_day(person, QUIT_DATE_ANCHOR, day, now)
        case StartAttempt(day):
            turning.start_attempt(person, day, now)
        case EnterStage(stage):
            turning.enter_stage(person, stage, now)
        case SetProfile(profile):
            person.profile = profile
            turning.replan_from(person, now)
        case Pause(until):
            turning.pause(person, until, now)
        case Resume():
            turning.resume(person, now)
        case Rest(until):
            person.rest_until = until
        case SetHours(start, end):
            turning.set_hours(person, Span(start, end), now)
        case RecordReading(kind, reading, _, second):
            person.readings.append(Reading(kind, now, reading))
            person.values[f"reading.{kind}"] = reading
            if second is not None:
                person.values[f"reading.{kind}.second"] = second
        case Ask(question):
            person.ask(question, now)
        case CloseQuestion():
            person.ask("", None)
        case CountTry():
            person.tries += 1
        case Activate():
            turning.activate(person, now)
        case MarkIneligible():
            turning.end(person, Standing.INELIGIBLE)
        case CountSlip(starts_path):
            person.slips += 1
            if starts_path:
                turning.add_event(person, SLIP_ANCHOR, now)
        case NoteHelp():
            person.helped_at = now
        case Decline():
            turning.end(person, Standing.LEFT)
        case GiveConsent(scope, is_given):
            person.values[CONSENT_PREFIX + scope] = "yes" if is_given else "no"
        case RaiseFlag() | OpenWeb() | AskErase() | Erase() | AskNewNumber():
            """Nobody in memory has a counsellor, a page, a number, or a code to erase by."""


def _set_attribute(person: StandIn, name: str, value: str, now: datetime) -> None:
    """remembering.set_attribute"""
    match name:
        case "first_name":
            person.first_name = value
        case "language" if person.language != value:
            person.language = value
            turning.replan_from(person, now)
        case "slot" if person.slot != value:
            person.slot = value
            turning.replan_from(person, now)
        case "discreet":
            person.is_discreet = value == "yes"
            if person.is_discreet:
                person.withhold("discreet")
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
                turning.replace_anchor(person, other)
        turning.set_day(person, name, date.fromisoformat(value), now)
