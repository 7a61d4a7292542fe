"""The second pure heart: content, one enrolment and an inbound text -> reply, answer, changes.

Order: HELP, then a valid answer to the open question, then a keyword, then an unreadable answer,
then a person. STOP never gets here as a question: the transport has obeyed it before.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.content import Content
from campaigns.rules import (
    SLIP_PATH,
    KeywordAction,
    KeywordRule,
    QuestionKind,
    QuestionRule,
    Then,
)
from campaigns.schedule import local_day
from enrolment.reading import read_answer
from enrolment.talk import (
    Activate,
    Ask,
    Change,
    CloseQuestion,
    CountSlip,
    CountTry,
    End,
    Heard,
    MarkIneligible,
    NoteHelp,
    Response,
    Say,
    SetAttribute,
    SetQuitDate,
    Talk,
)
from messaging.stopwords import fold, graded

#: Unreadable answers to one question before a person takes over.
TRIES = 3
#: A second unknown word within this time goes to a person without another help text.
HELP_EVERY = timedelta(hours=24)


def respond(content: Content, talk: Talk, text: str, now: datetime) -> Response:
    """What the engine says and does about `text`. Never raises on what a person can type."""
    if graded(text) == "help":
        return Response(End.ANSWERED, "help", says=(Say("system.help"),))
    question = _open_question(content, talk, now)
    keyword = content.keywords.get(fold(text))
    # Any word can be a name, so a keyword must win there, or CRAVE would become one.
    if question is not None and not (keyword and question.kind is QuestionKind.NAME):
        value = read_answer(question, text, today=local_day(now, ZoneInfo(talk.zone)))
        if value is not None:
            return _valid_answer(content, talk, question, value, now)
    if keyword is not None:
        return _keyword(content, talk, keyword, now)
    if question is not None:
        return _unreadable(talk, question)
    return _unknown(talk, now)


def opening(content: Content) -> tuple[tuple[Say, ...], tuple[Change, ...]]:
    """What is said and asked when someone joins."""
    first = next_question(content, "")
    if first is None:
        return (Say("system.joined"),), (Activate(),)
    return (Say(f"question.{first}"),), (Ask(first),)


def next_question(content: Content, after: str) -> str | None:
    """The onboarding question after `after`; the language is not asked where there is only one."""
    keys = [
        key
        for key in content.onboarding
        if content.questions[key].attribute != "language" or len(content.languages) > 1
    ]
    place = keys.index(after) + 1 if after in keys else 0
    return keys[place] if place < len(keys) else None


def _open_question(content: Content, talk: Talk, now: datetime) -> QuestionRule | None:
    question = content.questions.get(talk.question)
    if question is None or talk.asked_at is None:
        return None
    # Someone who joins may take a week over it; the question waits.
    if not talk.joining and question.expires is not None and now > talk.asked_at + question.expires:
        return None
    return question


def _valid_answer(
    content: Content, talk: Talk, question: QuestionRule, value: str, now: datetime
) -> Response:
    outcome = question.outcomes.get(value)
    says: tuple[Say, ...] = (Say(outcome.reply),) if outcome and outcome.reply else ()
    changes: list[Change] = _effects(question, value)
    heard = Heard(question.key, value, valid=True)
    if outcome and outcome.then is Then.INELIGIBLE:
        changes += [CloseQuestion(), MarkIneligible()]
        return Response(End.ANSWERED, "answer", says, heard, tuple(changes))
    if outcome and outcome.then is Then.SLIP:
        changes.append(_slip(talk, now))
    if not talk.joining:
        return Response(End.ANSWERED, "answer", says, heard, (*changes, CloseQuestion()))
    following = next_question(content, question.key)
    if following is None:
        says += (Say("system.joined"),)
        changes += [CloseQuestion(), Activate()]
    else:
        says += (Say(f"question.{following}"),)
        changes.append(Ask(following))
    return Response(End.ANSWERED, "answer", says, heard, tuple(changes))


def _effects(question: QuestionRule, value: str) -> list[Change]:
    match question.attribute:
        case "":
            return []
        case "quit_date":
            return [SetQuitDate(datetime.fromisoformat(value).date())]
        case attribute:
            return [SetAttribute(attribute, value)]


def _keyword(content: Content, talk: Talk, keyword: KeywordRule, now: datetime) -> Response:
    match keyword.action:
        case KeywordAction.JOIN if talk.joining and talk.question:
            # Joining twice by mistake: the question is asked again, nothing starts over.
            return Response(End.MATCHED, "join_again", says=(Say(f"question.{talk.question}"),))
        case KeywordAction.JOIN:
            return Response(End.MATCHED, "join_again", says=(Say("system.already_in"),))
        case KeywordAction.BANK:
            return Response(End.MATCHED, "bank", says=(_from_bank(content, talk, keyword.bank),))
        case KeywordAction.SLIP:
            return _slip_told(content, talk, keyword.bank, now)


def _slip_told(content: Content, talk: Talk, bank: str, now: datetime) -> Response:
    today = local_day(now, ZoneInfo(talk.zone))
    if talk.joining or talk.quit_date is None or today < talk.quit_date:
        # Before the quit date there is nothing to slip from.
        return Response(End.MATCHED, "slip_before_quit", says=(Say("system.slip_before_quit"),))
    changes: list[Change] = [_slip(talk, now)]
    if talk.question:
        changes.append(CloseQuestion())
    return Response(
        End.MATCHED, "slip", says=(_from_bank(content, talk, bank),), changes=tuple(changes)
    )


def _slip(talk: Talk, now: datetime) -> CountSlip:
    on_path = talk.last_slip_at is not None and now < talk.last_slip_at + SLIP_PATH
    return CountSlip(starts_path=not on_path)


def _from_bank(content: Content, talk: Talk, bank: str) -> Say:
    """The text sent least often so far: none comes again until the bank is through.

    Within a round the order is the person's own, so that two friends don't get the same tips.
    """
    uses = talk.bank_uses.get(bank, {})
    keys = content.banks[bank]
    turn = talk.seed % len(keys)
    own_order = keys[turn:] + keys[:turn]
    return Say(min(own_order, key=lambda key: uses.get(key, 0)), bank=bank)


def _unreadable(talk: Talk, question: QuestionRule) -> Response:
    heard = Heard(question.key, "", valid=False)
    if talk.tries + 1 < TRIES:
        again = (Say(f"again.{question.key}"),)
        return Response(End.ANSWERED, "unreadable", again, heard, (CountTry(),))
    # Said once; later texts wait for the person without another "someone will look".
    says: tuple[Say, ...] = (Say("system.person"),) if talk.tries + 1 == TRIES else ()
    return Response(End.INBOX, "unreadable_three_times", says, heard, (CountTry(),))


def _unknown(talk: Talk, now: datetime) -> Response:
    if talk.helped_at is not None and now < talk.helped_at + HELP_EVERY:
        return Response(End.INBOX, "unknown_word")
    return Response(End.INBOX, "unknown_word", says=(Say("system.unknown"),), changes=(NoteHelp(),))
