"""What each keyword does. Pure.

Every word gets exactly one reply, and a question after it where one is asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.rules import KeywordAction, KeywordRule
from campaigns.schedule import Span, instant_at
from enrolment.banding import ALARMING, consequences, sure_alarm
from enrolment.consequences import dose, from_bank, has_quit, quit_day, slip, today_of
from enrolment.spoken_words import Word
from enrolment.talk import (
    Ask,
    AskErase,
    Change,
    CloseQuestion,
    End,
    EnterStage,
    Erase,
    OpenWeb,
    Pause,
    RaiseFlag,
    Response,
    Rest,
    Resume,
    Say,
    SetAttribute,
    SetHours,
    Talk,
)

#: Of PAUSE alone, and the most of PAUSE 999.
PAUSE_DAYS = 7
LONGEST_PAUSE_DAYS = 30
REST = timedelta(hours=3)
#: The reason of a case that a word opens.
TELLING_WORD = "telling_word"
#: Words about a journey that has not begun: while joining, the open question is asked again.
_OF_THE_JOURNEY = frozenset(
    {
        KeywordAction.PAUSE,
        KeywordAction.RESUME,
        KeywordAction.LATER,
        KeywordAction.DATE,
        KeywordAction.ENTER,
    }
)


def act(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    if talk.joining and word.rule.action in _OF_THE_JOURNEY:
        return _reply("join_first", _once_more(talk))
    response = _ACTIONS[word.rule.action](content, talk, word, now)
    return _telling_a_person(response, word.rule) if word.rule.case else response


def _telling_a_person(response: Response, rule: KeywordRule) -> Response:
    """The answer as ever, and a case beside it."""
    flag = RaiseFlag(TELLING_WORD, rule.bank or rule.stage, rule.case)
    return replace(response, changes=(*response.changes, flag))


def _reply(reason: str, says: str | Say, *changes: Change) -> Response:
    line = Say(says) if isinstance(says, str) else says
    return Response(End.MATCHED, reason, says=(line,), changes=changes)


def _once_more(talk: Talk) -> str:
    return f"question.{talk.question}" if talk.question else "system.already_in"


def _join(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    # Joining twice by mistake: the question is asked again, nothing starts over.
    return _reply("join_again", _once_more(talk) if talk.joining else "system.already_in")


def _bank(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    return _reply("bank", from_bank(content, talk, word.rule.bank))


def _slip(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    if not has_quit(talk, now):
        return _reply("slip_before_quit", "system.slip_before_quit")
    changes: list[Change] = [slip(talk, now)]
    if talk.question:
        changes.append(CloseQuestion())
    return _reply("slip", from_bank(content, talk, word.rule.bank), *changes)


def _ask(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    return _reply("ask", f"question.{word.rule.question}", Ask(word.rule.question))


def _enter(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    """Its words are the bank's, else those under `entered.<stage>`."""
    stage = word.rule.stage
    if word.rule.bank:
        return _reply("enter", from_bank(content, talk, word.rule.bank), EnterStage(stage))
    key = f"entered.{stage}"
    return _reply("enter", key if content.has_text(key) else "system.already_in", EnterStage(stage))


def _dose(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    changes, key = dose(content, talk, word.rule.action)
    return _reply(key.removeprefix("system."), key, *changes)


def _pause(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    days = word.meaning if isinstance(word.meaning, int) else PAUSE_DAYS
    if days == 0:
        return _resume(content, talk, word, now)
    return _reply("pause", "system.paused", pause_for(talk, days, now))


def pause_for(talk: Talk, days: int, now: datetime) -> Pause:
    """Up to the morning of the day named in the reply, whose own texts come again."""
    first_day = today_of(talk, now) + timedelta(days=min(days, LONGEST_PAUSE_DAYS))
    return Pause(instant_at(first_day, time.min, ZoneInfo(talk.zone)))


def _resume(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    if not talk.paused:
        return _reply("not_paused", "system.not_paused")
    return _reply("resume", "system.resumed", Resume())


def _later(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    return _reply("later", "system.later", Rest(now + REST))


def _time(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    if not isinstance(word.meaning, Span):
        return _reply("time_unclear", "system.time_unclear")
    return _reply("time", "system.time_set", SetHours(word.meaning.start, word.meaning.end))


def _date(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    if not isinstance(word.meaning, date):
        return _reply("date_unclear", "system.date_unclear")
    changes, key = quit_day(talk, word.meaning, now)
    return _reply("date", key, *changes)


def _language(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    if not isinstance(word.meaning, str):
        return _reply("language_unclear", "system.language_unclear")
    says = [Say("system.language_set")]
    if talk.joining and talk.question:
        # The question that is open, in the language it can be answered in.
        says.append(Say(f"question.{talk.question}"))
    changes = (SetAttribute("language", word.meaning),)
    return Response(End.MATCHED, "language", tuple(says), changes=changes)


def _data(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    return _reply("data", "system.data")


def _web(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    return _reply("web", "system.web", OpenWeb())


def _erase(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    """Asked for once; whether a code is the right one is seen when it is applied."""
    if not isinstance(word.meaning, str):
        return _reply("erase_asked", "system.erase_confirm", AskErase())
    return _reply("erase", "system.erased", Erase(word.meaning))


def _reading(content: Content, talk: Talk, word: Word, now: datetime) -> Response:
    """SUGAR 6.5 is written down and answered by its band; SUGAR alone asks for the number, and so
    do words that tell none, or two. Who has not joined is answered, but nothing is written."""
    question = content.questions[word.rule.question]
    found = word.meaning if isinstance(word.meaning, tuple) else ()
    alarm = sure_alarm(question, found)
    if alarm is not None and (talk.joining or len(found) > 1):
        return _reply("alarming_reading", alarm.reply, RaiseFlag(ALARMING, question.key))
    if talk.joining:
        return _reply("join_first", _once_more(talk))
    if len(found) != 1:
        key = "again" if word.more else "question"
        return _reply("reading_asked", f"{key}.{question.key}", Ask(question.key))
    changes, said = consequences(question, found[0])
    if talk.question == question.key:
        changes.append(CloseQuestion())
    return _reply("reading", said or f"reply.{question.key}", *changes)


_ACTIONS: Mapping[KeywordAction, Callable[[Content, Talk, Word, datetime], Response]] = {
    KeywordAction.JOIN: _join,
    KeywordAction.BANK: _bank,
    KeywordAction.SLIP: _slip,
    KeywordAction.ASK: _ask,
    KeywordAction.ENTER: _enter,
    KeywordAction.LESS: _dose,
    KeywordAction.MORE: _dose,
    KeywordAction.PAUSE: _pause,
    KeywordAction.RESUME: _resume,
    KeywordAction.LATER: _later,
    KeywordAction.TIME: _time,
    KeywordAction.DATE: _date,
    KeywordAction.LANGUAGE: _language,
    KeywordAction.DATA: _data,
    KeywordAction.ERASE: _erase,
    KeywordAction.WEB: _web,
    KeywordAction.READING: _reading,
}
