"""What is still to be written of one text that was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from campaigns.content import Content
from enrolment.models.bank_use import BankUse
from enrolment.models.enrolment import Enrolment
from enrolment.saying import Reply, reply
from enrolment.talk import Response, Say
from messaging.models import InboundMessage, Message


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is still to be written of one text. `heard` and `left` are enrolments: something was
    heard of them, and they end. `listener`: the one that heard the text, if it was one."""

    inbound: InboundMessage
    end: str
    reason: str
    replies: Sequence[Reply] = field(default=(), repr=False)
    uses: Sequence[BankUse] = ()
    heard: Sequence[Enrolment] = ()
    left: Sequence[Enrolment] = ()
    listener: Enrolment | None = None


def outcome(
    inbound: InboundMessage,
    enrolment: Enrolment,
    content: Content,
    response: Response,
    now: datetime,
    heard: Sequence[Enrolment] = (),
    made: Mapping[str, str] | None = None,
) -> Outcome:
    kind = Message.Kind.HELP if response.reason == "help" else Message.Kind.REPLY
    return Outcome(
        inbound,
        response.end,
        response.reason,
        replies=replies_of(inbound, enrolment, content, response.says, kind, now, made or {}),
        uses=[
            BankUse(
                enrolment=enrolment,
                inbound=inbound,
                bank_key=line.bank,
                text_key=line.text_key,
                used_at=now,
            )
            for line in response.says
            if line.bank
        ],
        heard=heard,
        listener=enrolment,
    )


def replies_of(
    inbound: InboundMessage,
    enrolment: Enrolment,
    content: Content,
    says: Sequence[Say],
    kind: str,
    now: datetime,
    made: Mapping[str, str] | None = None,
) -> list[Reply]:
    return [
        reply(
            inbound=inbound,
            enrolment=enrolment,
            content=content,
            line=line,
            place=place,
            now=now,
            kind=kind,
            made=made or {},
        )
        for place, line in enumerate(says)
    ]
