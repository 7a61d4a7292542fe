"""What a valid answer does: its reply, what it changes, and the question after it. Pure."""

from dataclasses import replace
from datetime import date, datetime

from campaigns.age_gate import AGE
from campaigns.content import Content
from campaigns.rules import (
    QUIT_DATE_ANCHOR,
    KeywordAction,
    OutcomeRule,
    QuestionKind,
    QuestionRule,
    Then,
)
from enrolment import moods
from enrolment.banding import consequences
from enrolment.consequences import dose, has_quit, quit_day, slip, today_of
from enrolment.reading import read_answer
from enrolment.spoken_readings import measured
from enrolment.talk import (
    Activate,
    Ask,
    Change,
    CloseQuestion,
    End,
    EnterStage,
    GiveConsent,
    Heard,
    MarkIneligible,
    Response,
    Say,
    SetAttribute,
    Talk,
)

_NO_OUTCOME = OutcomeRule()
_DOSES = {Then.LESS: KeywordAction.LESS, Then.MORE: KeywordAction.MORE}


def read(talk: Talk, question: QuestionRule, text: str, now: datetime) -> str | None:
    """The value of an answer, or None when it can't be read."""
    if question.attribute == QUIT_DATE_ANCHOR and talk.quit_date is not None and not talk.joining:
        # A day in the past is for those who have quit already; another attempt lies ahead.
        question = replace(question, earliest_day=max(0, question.earliest_day))
    return read_answer(question, text, today=today_of(talk, now), language=talk.language)


def answered(
    content: Content, talk: Talk, question: QuestionRule, value: str, now: datetime
) -> Response:
    if talk.joining and question.attribute == AGE and float(value) < content.minimum_age:
        # The age itself is kept with the answer alone: it is no use to anybody.
        heard = Heard(question.key, value, valid=True)
        ends = (CloseQuestion(), MarkIneligible("under_age"))
        return Response(End.ANSWERED, "under_age", (Say("system.under_age"),), heard, ends)
    outcome = question.outcomes.get(value, _NO_OUTCOME)
    changes, said = _effects(question, value, talk, now)
    more, also_said = _then(content, talk, outcome, now)
    changes += more
    says = _replies(content, talk, question, outcome, also_said or said)
    if moods.is_low_again(talk, question, value):
        says, changes = moods.with_help(content, says, changes)
    heard = Heard(question.key, value, valid=True)
    if outcome.then is Then.INELIGIBLE and talk.joining and not question.consent:
        changes += [CloseQuestion(), MarkIneligible()]
        return Response(End.ANSWERED, "answer", says, heard, tuple(changes))
    following = _following(content, talk, question, outcome)
    if following is not None:
        says += (Say(f"question.{following}"),)
        changes.append(Ask(following))
    elif talk.joining:
        says += (Say("system.joined"),)
        changes += [CloseQuestion(), Activate()]
    else:
        changes.append(CloseQuestion())
    return Response(End.ANSWERED, "answer", says, heard, tuple(changes))


def next_question(content: Content, answered: frozenset[str] = frozenset()) -> str | None:
    """The onboarding question after the furthest one answered, for an answer may have led past
    some or to one in between. The language is not asked where there is only one."""
    keys = [
        key
        for key in content.onboarding
        if content.questions[key].attribute != "language" or len(content.languages) > 1
    ]
    place = max((keys.index(key) + 1 for key in answered if key in keys), default=0)
    return keys[place] if place < len(keys) else None


def _following(
    content: Content, talk: Talk, question: QuestionRule, outcome: OutcomeRule
) -> str | None:
    if outcome.next in content.questions:
        return outcome.next
    return next_question(content, talk.answered | {question.key}) if talk.joining else None


def _replies(
    content: Content, talk: Talk, question: QuestionRule, outcome: OutcomeRule, said: str
) -> tuple[Say, ...]:
    """The outcome's own reply; else, once joined, what the change itself says; else the reply to
    any answer, if the content has one."""
    if outcome.reply:
        return (Say(outcome.reply),)
    if said and (not talk.joining or question.kind is QuestionKind.READING):
        return (Say(said),)
    usual = f"reply.{question.key}"
    return (Say(usual),) if content.has_text(usual) else ()


def _effects(
    question: QuestionRule, value: str, talk: Talk, now: datetime
) -> tuple[list[Change], str]:
    """What the value itself changes, and what is said of it where nothing else is."""
    changes: list[Change] = []
    said = ""
    if question.kind is QuestionKind.READING:
        told, said = consequences(question, measured(value))
        changes += told
    if question.kind is QuestionKind.DATE and _is_choice(question, value):
        # "Not yet" is an answer, but no day.
        return changes, ""
    if question.consent:
        asked_by = f"question.{question.key}"
        changes.append(GiveConsent(question.consent, value == "yes", asked_by))
    if question.attribute == QUIT_DATE_ANCHOR:
        return quit_day(talk, date.fromisoformat(value), now)
    if question.attribute:
        changes.append(SetAttribute(question.attribute, value))
    return changes, said


def _is_choice(question: QuestionRule, value: str) -> bool:
    return any(choice.value == value for choice in question.choices)


def _then(
    content: Content, talk: Talk, outcome: OutcomeRule, now: datetime
) -> tuple[list[Change], str]:
    match outcome.then:
        case Then.SLIP if has_quit(talk, now):
            return [slip(talk, now)], ""
        case Then.ENTER:
            return [EnterStage(outcome.stage)], ""
        case Then.LESS | Then.MORE:
            return dose(content, talk, _DOSES[outcome.then])
    return [], ""
