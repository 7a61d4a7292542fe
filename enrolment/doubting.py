"""Words that may mean STOP and may not: asked about once. Pure.

QUIT is why people come to a programme about quitting, and how others leave one. Whoever does not
answer has left: `leaving.take_silence_as_leaving`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from campaigns.content import Content
from campaigns.own_questions import LEAVE, SILENCE_LEAVES_AFTER
from enrolment.answers import next_question
from enrolment.talk import Ask, Change, CloseQuestion, End, Heard, Response, Rest, Say, Talk

#: The silence is over a little before whoever looks for it comes by; no text slips out meanwhile.
_UNTIL_LOOKED_AT = timedelta(hours=1)


def ask(now: datetime) -> Response:
    """Nothing planned leaves until it is answered."""
    return Response(
        End.ANSWERED,
        "leave_or_stay",
        says=(Say(f"question.{LEAVE}"),),
        changes=(Ask(LEAVE), Rest(now + SILENCE_LEAVES_AFTER + _UNTIL_LOOKED_AT)),
    )


def left(value: str | None = None) -> Response:
    """What `respond` answers to a STOP that the transport could not be sure of."""
    heard = None if value is None else Heard(LEAVE, value, valid=True)
    return Response(End.ANSWERED, "stop", says=(Say("system.stopped"),), heard=heard)


def stays(content: Content, talk: Talk, value: str, now: datetime) -> Response:
    """Goes on where the conversation was."""
    says: tuple[Say, ...] = (Say("system.staying"),)
    following = next_question(content, talk.answered) if talk.joining else None
    change: Change = CloseQuestion()
    if following is not None:
        says, change = (*says, Say(f"question.{following}")), Ask(following)
    heard = Heard(LEAVE, value, valid=True)
    return Response(End.ANSWERED, "stays", says, heard, (change, Rest(now)))


def settled(response: Response, content: Content, talk: Talk, now: datetime) -> Response:
    """Whoever texts anything else while asked is still with us."""
    if any(isinstance(change, Ask | CloseQuestion) for change in response.changes):
        return replace(response, changes=(*response.changes, Rest(now)))
    following = next_question(content, talk.answered) if talk.joining else None
    change: Change = CloseQuestion() if following is None else Ask(following)
    return replace(response, changes=(*response.changes, change, Rest(now)))
