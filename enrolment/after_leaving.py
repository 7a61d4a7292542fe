"""What somebody who has left may still ask: what is kept of her, a page to see it, and that all of
it be erased. An opt-out does not stand in the way of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.compiling import compiled
from campaigns.rules import KeywordAction
from enrolment import permitting
from enrolment.applying import apply
from enrolment.models.enrolment import Enrolment
from enrolment.saying import Reply, reply
from enrolment.spoken_words import find_word
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
    enrolment = _last(inbound)
    if enrolment is None:
        return None
    content = compiled(enrolment.version)
    talk = talk_of(enrolment, content)
    word = find_word(content, talk, text, now)
    if word is None or word.rule.action not in _ASKED:
        return None
    response = permitting.permitted(
        enrolment=enrolment, response=act(content, talk, word, now), now=now
    )
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


def _last(inbound: InboundMessage) -> Enrolment | None:
    ended = Enrolment.objects.select_for_update(of=("self",)).filter(
        participant__recipient=inbound.recipient_id,
        status__in=(Enrolment.Status.WITHDRAWN, Enrolment.Status.INELIGIBLE),
    )
    return (
        ended.select_related("participant", "version__campaign", "campaign").order_by("-pk").first()
    )
