"""What somebody who has left may still ask: what is kept of her, a page to see it, and that all of
it be erased. An opt-out does not stand in the way of the answer. Where several people have left a
number, whose it is goes by a name in the text, by the code that was texted to her, or is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.rules import KeywordAction
from enrolment import permitting, speaking, turns
from enrolment.applying import apply
from enrolment.models.enrolment import Enrolment
from enrolment.models.turn import Turn
from enrolment.own_texts import own_text
from enrolment.saying import Reply, plain_reply, reply
from enrolment.speaking import Speaker
from enrolment.spoken_words import find_word
from enrolment.talk import End, Erase, Response
from enrolment.talking import talk_of
from enrolment.word_actions import act
from messaging.models import InboundMessage, Message

_ASKED = frozenset({KeywordAction.DATA, KeywordAction.ERASE, KeywordAction.WEB})


@dataclass(frozen=True, slots=True)
class Answered:
    end: str
    reason: str
    replies: Sequence[Reply]


@transaction.atomic
def answer(*, inbound: InboundMessage, text: str, now: datetime) -> Answered | None:
    """None for any other text, and for a number that was never in a campaign. The caller holds the
    recipient's row lock."""
    left = _left(inbound)
    if len(left) < 2:
        return _answer(left[0], inbound, text, now) if left else None
    turn = _asking(inbound, left, now)
    if turn is not None and turn.inbound is not None:
        place = speaking.chosen(turns.names(turn.options, left[-1].participant.language), text)
        if place is not None:
            chosen, said = turn.options[place], turn.inbound.body or ""
            turns.note(inbound=turn.inbound, participant_id=chosen)
            turns.close(turn)
            return _of(chosen, left, inbound, said, now)
    speakers = [Speaker(row.participant_id, row.participant.first_name or "", True) for row in left]
    named, said = speaking.by_name(speakers, text)
    if named is not None:
        return _of(named, left, inbound, said, now)
    if all(_response(row, text, now) is None for row in left):
        return None
    coded = [row.participant_id for row in left if _is_by_code(row, text, now)]
    return _of(coded[0], left, inbound, text, now) if coded else _ask(left, inbound, now)


def _of(
    participant_id: int,
    left: Sequence[Enrolment],
    inbound: InboundMessage,
    text: str,
    now: datetime,
) -> Answered | None:
    hers = next((row for row in left if row.participant_id == participant_id), None)
    if hers is None:
        return None
    answered = _answer(hers, inbound, text, now)
    if answered is not None:
        turns.note(inbound=inbound, participant_id=participant_id)
    return answered


def _ask(left: Sequence[Enrolment], inbound: InboundMessage, now: datetime) -> Answered:
    language = left[-1].participant.language
    options = [row.participant_id for row in left]
    turns.ask(kind=Turn.Kind.WHOSE, inbound=inbound, options=options, now=now)
    people = speaking.listed(turns.names(options, language))
    text = own_text(Turn.Kind.WHOSE, language, people=people)
    said = plain_reply(inbound=inbound, text=text, kind=Message.Kind.HELP)
    return Answered(End.ANSWERED, Turn.Kind.WHOSE, [said])


def _asking(inbound: InboundMessage, left: Sequence[Enrolment], now: datetime) -> Turn | None:
    """What was asked since they left: a digit right after leaving says why."""
    turn = Turn.objects.filter(recipient=inbound.recipient, kind=Turn.Kind.WHOSE).first()
    if turn is None or turn.asked_at is None or not turns.is_asking(turn, now):
        return None
    since = max((row.ended_at for row in left if row.ended_at), default=turn.asked_at)
    return turn if turn.asked_at >= since else None


def _is_by_code(enrolment: Enrolment, text: str, now: datetime) -> bool:
    response = _response(enrolment, text, now)
    return response is not None and any(isinstance(each, Erase) for each in response.changes)


def _response(enrolment: Enrolment, text: str, now: datetime) -> Response | None:
    """What the word would bring about, if it is one that may still be asked."""
    content = compiled(enrolment.version)
    talk = talk_of(enrolment, content)
    word = find_word(content, talk, text, now)
    if word is None or word.rule.action not in _ASKED:
        return None
    response = act(content, talk, word, now)
    return permitting.permitted(enrolment=enrolment, response=response, now=now)


def _answer(
    enrolment: Enrolment, inbound: InboundMessage, text: str, now: datetime
) -> Answered | None:
    response = _response(enrolment, text, now)
    if response is None:
        return None
    content = compiled(enrolment.version)
    made = apply(enrolment=enrolment, content=content, inbound=inbound, response=response, now=now)
    replies = [
        reply(
            inbound=inbound,
            enrolment=enrolment,
            content=content,
            line=line,
            place=place,
            now=now,
            kind=Message.Kind.HELP,
            made=made,
        )
        for place, line in enumerate(() if response.reason == "erase" else response.says)
    ]
    return Answered(response.end, response.reason, replies)


def _left(inbound: InboundMessage) -> list[Enrolment]:
    """The last enrolment of each person behind the number, in the order they came."""
    ended = Enrolment.objects.select_for_update(of=("self",)).filter(
        participant__recipient=inbound.recipient_id,
        status__in=(Enrolment.Status.WITHDRAWN, Enrolment.Status.INELIGIBLE),
    )
    rows = ended.select_related("participant", "version__campaign", "campaign").order_by("pk")
    last = {row.participant_id: row for row in rows}
    return [last[participant_id] for participant_id in sorted(last)]
