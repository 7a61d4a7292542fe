"""What was said between one number and us, both ways, as whoever answers a case reads it.

Texts of somebody else behind the number, and those planned by another campaign, are left out:
they may tell of something that is not this one's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from enrolment import belonging
from enrolment.counselling import CASE_KEY
from enrolment.models.case import Case
from enrolment.models.decision import Decision
from enrolment.models.former_number import FormerNumber
from enrolment.why import in_words
from messaging.models import InboundMessage, Message
from trust.redaction import without_links
from trust.telling import tell

#: The newest of each way; the whole history stands on the timeline.
_MOST = 60


class Who(StrEnum):
    PERSON = "person"
    PROGRAMME = "programme"
    COUNSELLOR = "counsellor"


@dataclass(frozen=True, slots=True)
class Line:
    """One text. `note`: what became of one of ours. `is_it`: the text the case is about."""

    at: datetime
    who: Who
    body: str = field(repr=False)
    note: str = ""
    is_it: bool = False

    @property
    def by(self) -> str:
        return _BY[self.who]


_BY: Mapping[Who, str] = {
    Who.PERSON: tell("Person"),
    Who.PROGRAMME: tell("Programme"),
    Who.COUNSELLOR: tell("Counsellor"),
}


def dialogue(*, case: Case) -> list[Line]:
    """Oldest first, in calendar time."""
    former = list(FormerNumber.objects.filter(participant=case.participant_id))
    texts = list(_texts(case, former))
    heard = {str(inbound.pk) for inbound in texts}
    lines = [
        Line(
            inbound.received_at,
            Who.PERSON,
            _words(inbound.body),
            is_it=inbound.pk == case.inbound_id,
        )
        for inbound in texts
    ]
    lines += _sent(case, heard, former)
    return sorted(lines, key=lambda line: (line.at, line.who is not Who.PERSON))


def _texts(case: Case, former: Sequence[FormerNumber]) -> Iterator[InboundMessage]:
    """Those to the number of the case's own campaign."""
    found = InboundMessage.objects.filter(recipient_id=case.recipient_id)
    if case.participant is not None:
        found = belonging.texts_from(case.participant, former)
    found = found.order_by("-pk")
    senders = {case.inbound.sender_id} if case.inbound is not None else set()
    if case.campaign is not None:
        senders.add(case.campaign.sender_id)
    yield from found.filter(sender__in=senders)[:_MOST]


def _sent(case: Case, heard: set[str], former: Sequence[FormerNumber]) -> Iterator[Line]:
    sent = Message.objects.filter(recipient_id=case.recipient_id)
    if case.participant is not None:
        sent = belonging.texts_to(case.participant, former)
    messages = list(sent.select_related("body").order_by("-pk")[:_MOST])
    planned = _planned_here(case, messages)
    for message in messages:
        cause, key = message.cause_kind, message.cause_key
        if cause == Message.CauseKind.DECISION and key not in planned:
            continue
        if cause == Message.CauseKind.INBOUND and key.partition(":")[0] not in heard:
            continue
        is_ours = cause == Message.CauseKind.STAFF and key.startswith(CASE_KEY)
        yield Line(
            message.settled_at or message.not_before,
            Who.COUNSELLOR if is_ours else Who.PROGRAMME,
            _words(message.body.text if hasattr(message, "body") else None),
            note=_note(message),
        )


def _planned_here(case: Case, messages: Sequence[Message]) -> set[str]:
    keys = [row.cause_key for row in messages if row.cause_kind == Message.CauseKind.DECISION]
    own = Decision.objects.filter(pk__in=keys, enrolment__campaign=case.campaign)
    return {str(pk) for pk in own.order_by().values_list("pk", flat=True)}


def _note(message: Message) -> str:
    if message.status in Message.SILENT:
        return tell("not sent: %(why)s", why=in_words(message.status_reason))
    return message.get_status_display()


def _words(body: str | None) -> str:
    return without_links(body) if body is not None else tell("[erased]")
