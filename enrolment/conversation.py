"""The second pure heart: content, one enrolment and an inbound text -> reply, answer, changes.

Order: HELP, then a valid answer to the open question, then a keyword or what was meant to be one,
then an unreadable answer, then a person; but PAUSE 7 is no answer, even to a question for a
number. STOP never gets here as a question: the transport has obeyed it before.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from campaigns.content import Content
from campaigns.own_questions import CONSENT, LEAVE, STILL
from campaigns.rules import QUIT_DATE_ANCHOR, KeywordAction, QuestionKind, QuestionRule
from enrolment import consenting, doubting, own_word_actions, still_there
from enrolment.answers import answered, next_question, read
from enrolment.banding import ALARMING, sure_alarm
from enrolment.courtesies import is_courtesy
from enrolment.own_texts import own_word
from enrolment.reading import OWN_WORDS, readings_in
from enrolment.spoken_words import Word, find_word
from enrolment.talk import (
    Activate,
    Ask,
    Change,
    CountTry,
    End,
    Heard,
    NoteHelp,
    RaiseFlag,
    Response,
    Say,
    Talk,
)
from enrolment.word_actions import act
from messaging.folding import without_signature
from messaging.stopwords import graded

#: Unreadable answers to one question before a person takes over.
TRIES = 3
#: A second unknown word within this time goes to a person without another help text.
HELP_EVERY = timedelta(hours=24)
#: What answers a word that was only guessed: a tip does no harm, so it is sent; the rest is asked.
#: Contents published before there was such a text go without it.
DID_YOU_MEAN = "system.did_you_mean"
#: "DATE 12.4" to the open question of the quit date is its answer.
_ANSWERED_BY = {KeywordAction.DATE: QUIT_DATE_ANCHOR, KeywordAction.LANGUAGE: "language"}


def respond(content: Content, talk: Talk, text: str, now: datetime) -> Response:
    """What the engine says and does about `text`. Never raises on what a person can type."""
    text = without_signature(text)
    if graded(text) == "help":
        return Response(End.ANSWERED, "help", says=(Say("system.help"),))
    question = _open_question(content, talk, now)
    if question is not None and question.key == LEAVE:
        return _leaving_or_not(content, talk, question, text, now)
    if question is not None and question.key == STILL:
        return still_there.answer(content, talk, text, now)
    return _read_by_a_person(_respond(content, talk, question, text, now))


def _read_by_a_person(response: Response) -> Response:
    """What raises a flag waits in the inbox, though it was answered."""
    if any(isinstance(change, RaiseFlag) for change in response.changes):
        return replace(response, end=End.INBOX)
    return response


def _respond(
    content: Content, talk: Talk, question: QuestionRule | None, text: str, now: datetime
) -> Response:
    word = find_word(content, talk, text, now)
    if question is not None and question.key == CONSENT:
        response = consenting.answer(content, talk, word, text, now)
        if response is not None:
            return response
    elif question is not None:
        value = _value(talk, question, word, text, now)
        if value is not None:
            return answered(content, talk, question, value, now)
    if word is not None and (not word.guessed or word.rule.action is KeywordAction.BANK):
        return act(content, talk, word, now)
    own = own_word(text)
    if own is not None:
        return own_word_actions.act(own)
    if graded(text) == "ambiguous" and content.has_text(f"question.{LEAVE}"):
        return doubting.ask(now)
    if word is not None and content.has_text(DID_YOU_MEAN):
        return Response(End.ANSWERED, "did_you_mean", says=(Say(DID_YOU_MEAN),))
    if question is not None:
        return _alarming(talk, question, text) or _unreadable(talk, question)
    return _unknown(talk, text, now)


def _leaving_or_not(
    content: Content, talk: Talk, question: QuestionRule, text: str, now: datetime
) -> Response:
    """The same word again is an answer too."""
    value = read(talk, question, text, now)
    if value == "leave" or (value is None and graded(text) == "ambiguous"):
        return doubting.left("leave")
    if value == "stay":
        return doubting.stays(content, talk, value, now)
    return doubting.settled(_respond(content, talk, None, text, now), content, talk, now)


def opening(content: Content) -> tuple[tuple[Say, ...], tuple[Change, ...]]:
    """What is said and asked when someone joins."""
    first = next_question(content)
    if first is None:
        return (Say("system.joined"),), (Activate(),)
    return (Say(f"question.{first}"),), (Ask(first),)


def is_open(
    content: Content, question: str, asked_at: datetime | None, now: datetime, *, joining: bool
) -> bool:
    """Whether a text would still be its answer."""
    rule = content.questions.get(question)
    if rule is None or asked_at is None:
        return False
    # Someone who joins may take a week over it; the question waits.
    return joining or rule.expires is None or now <= asked_at + rule.expires


def _open_question(content: Content, talk: Talk, now: datetime) -> QuestionRule | None:
    if is_open(content, talk.question, talk.asked_at, now, joining=talk.joining):
        return content.questions[talk.question]
    return None


def _value(
    talk: Talk, question: QuestionRule, word: Word | None, text: str, now: datetime
) -> str | None:
    """The text as an answer, unless it is a keyword first: one with something readable after it,
    or any at all where any words would do for an answer. A guessed word never stands in the way."""
    if word is None or word.guessed:
        return read(talk, question, text, now)
    if not word.more:
        return None if question.kind in OWN_WORDS else read(talk, question, text, now)
    own_word = word.rule.question == question.key and word.rule.action is KeywordAction.READING
    if own_word or (
        question.attribute and question.attribute == _ANSWERED_BY.get(word.rule.action)
    ):
        value = read(talk, question, word.more, now)
        if value is not None:
            return value
    return read(talk, question, text, now) if word.meaning is None else None


def _alarming(talk: Talk, question: QuestionRule, text: str) -> Response | None:
    """A reading in one unit or the other, too high or too low in both: help comes before the
    question which of the two it was."""
    if question.kind is not QuestionKind.READING:
        return None
    alarm = sure_alarm(question, readings_in(question, text, talk.language))
    if alarm is None:
        return None
    heard = Heard(question.key, "", valid=False)
    changes = (CountTry(), RaiseFlag(ALARMING, question.key))
    return Response(End.ANSWERED, ALARMING, (Say(alarm.reply),), heard, changes)


def _unreadable(talk: Talk, question: QuestionRule) -> Response:
    heard = Heard(question.key, "", valid=False)
    if talk.tries + 1 < TRIES:
        again = (Say(f"again.{question.key}"),)
        return Response(End.ANSWERED, "unreadable", again, heard, (CountTry(),))
    # Said once; later texts wait for the person without another "someone will look".
    says: tuple[Say, ...] = (Say("system.person"),) if talk.tries + 1 == TRIES else ()
    return Response(End.INBOX, "unreadable_three_times", says, heard, (CountTry(),))


def _unknown(talk: Talk, text: str, now: datetime) -> Response:
    if is_courtesy(text):
        return Response(End.ANSWERED, "courtesy")
    if talk.helped_at is not None and now < talk.helped_at + HELP_EVERY:
        return Response(End.INBOX, "unknown_word")
    return Response(End.INBOX, "unknown_word", says=(Say("system.unknown"),), changes=(NoteHelp(),))
