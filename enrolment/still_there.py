"""Is it still you? Asked in neutral words of a number that was out of reach or silent for long, and
until its YES nothing is said that tells what the texts are about. Pure."""

from datetime import datetime

from campaigns.content import Content
from campaigns.own_questions import STILL
from enrolment.answers import read
from enrolment.talk import (
    Ask,
    CloseQuestion,
    CountTry,
    Decline,
    End,
    GiveConsent,
    Heard,
    Response,
    Resume,
    Say,
    Talk,
)

_ASKED_BY = f"question.{STILL}"
#: So often it is asked; then a person reads what comes.
_TRIES = 2


def ask() -> Response:
    return Response(End.ANSWERED, "still_there", says=(Say(_ASKED_BY),), changes=(Ask(STILL),))


def answer(content: Content, talk: Talk, text: str, now: datetime) -> Response:
    value = read(talk, content.questions[STILL], text, now)
    if value is None:
        says = (Say(_ASKED_BY),) if talk.tries + 1 < _TRIES else ()
        end = End.ANSWERED if says else End.INBOX
        heard = Heard(STILL, "", valid=False)
        return Response(end, "still_there", says, heard, (CountTry(),))
    heard = Heard(STILL, value, valid=True)
    given = GiveConsent("service", is_given=value == "yes", wording_key=_ASKED_BY)
    if value == "yes":
        says = (Say("system.welcome_back"),)
        return Response(
            End.ANSWERED, "still_there", says, heard, (given, CloseQuestion(), Resume())
        )
    says = (Say("system.declined"),)
    return Response(End.ANSWERED, "declined", says, heard, (given, CloseQuestion(), Decline()))
