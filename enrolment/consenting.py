"""Somebody signed up by others, answering for herself. Pure."""

from datetime import datetime

from campaigns.content import Content
from campaigns.own_questions import CONSENT
from campaigns.rules import KeywordAction
from enrolment.answers import next_question, read
from enrolment.spoken_words import Word
from enrolment.talk import (
    Activate,
    Ask,
    Change,
    CloseQuestion,
    Decline,
    End,
    GiveConsent,
    Heard,
    Response,
    Say,
    Talk,
)

_ASKED_BY = f"question.{CONSENT}"
_SERVICE = "service"


def answer(
    content: Content, talk: Talk, word: Word | None, text: str, now: datetime
) -> Response | None:
    """None where the text is neither a yes nor a no. The word to join is a yes."""
    value = read(talk, content.questions[CONSENT], text, now)
    if word is not None and word.rule.action is KeywordAction.JOIN:
        value = "yes"
    if value is None:
        return None
    heard = Heard(CONSENT, value, valid=True)
    given = GiveConsent(_SERVICE, is_given=value == "yes", wording_key=_ASKED_BY)
    if value == "no":
        says = (Say("system.declined"),)
        return Response(End.ANSWERED, "declined", says, heard, (given, CloseQuestion(), Decline()))
    following = next_question(content)
    opens: tuple[Change, ...] = (CloseQuestion(), Activate())
    says = (Say("system.joined"),)
    if following is not None:
        opens, says = (Ask(following),), (Say(f"question.{following}"),)
    return Response(End.ANSWERED, "consent", says, heard, (given, *opens))
