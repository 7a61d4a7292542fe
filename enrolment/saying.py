"""Lines of conversations put into words, and into the outbox."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.compiling import compiled
from campaigns.content import Content
from campaigns.rules import (
    QUIT_DATE_ANCHOR,
    Priority,
)
from campaigns.schedule import Span, local_day
from campaigns.wording import Wording, render
from enrolment import anchors
from enrolment.addressing import (
    USUAL,
    Manner,
    addressed,
    is_to_caregiver,
    own_words,
    wording_for,
)
from enrolment.fields import Person, currency_of, field_values
from enrolment.models.attribute import Attribute
from enrolment.models.enrolment import Enrolment
from enrolment.models.participant import Participant
from enrolment.talk import Say
from messaging import outbox
from messaging.models import InboundMessage, Message
from messaging.outgoing import Outline
from trust.ids import draw_ids

#: A reply older than this answers nothing any more.
REPLY_SHELF = timedelta(hours=12)
#: A question may wait for the campaign's hours; later than this it comes out of the blue.
QUESTION_SHELF = timedelta(days=3)
#: Between two replies to one text, since networks don't keep the order of a burst.
REPLY_GAP = timedelta(seconds=2)
#: So few replies are the answer to one text.
_FEW = 2
_NOTHING: Mapping[str, str] = MappingProxyType({})
#: What is said to whoever holds the telephone.
_EVERYBODY = ("system.help", "system.stopped", "system.crisis", "system.web", "system.erase")

#: The attributes each placeholder is worked out from.
_TOLD = {"money_saved": ("per_day", "pack_price"), "own_reason": ("own_reason",)}
_FROM_QUIT_DATE = frozenset({"quit_date", "days_smoke_free", "money_saved"})


@dataclass(frozen=True, slots=True)
class Reply:
    """The `place`-th answer to a text, in its words."""

    inbound: InboundMessage
    place: int
    kind: str
    text: str = field(repr=False)
    zone: str
    is_test: bool
    approved: bool


def reply(
    *,
    inbound: InboundMessage,
    enrolment: Enrolment,
    content: Content,
    line: Say,
    place: int,
    now: datetime,
    kind: str,
    made: Mapping[str, str] = _NOTHING,
) -> Reply:
    """In the participant's language. `made`: values of placeholders that are kept nowhere. Raises
    MissingValue and KeyError where content lacks it."""
    participant = enrolment.participant
    return Reply(
        inbound=inbound,
        place=place,
        kind=kind,
        text=words(
            enrolment=enrolment, content=content, text_key=line.text_key, now=now, made=made
        ),
        zone=participant.time_zone,
        is_test=enrolment.is_test,
        approved=enrolment.version.clinically_approved,
    )


def words(
    *,
    enrolment: Enrolment,
    content: Content,
    text_key: str,
    now: datetime,
    made: Mapping[str, str] = _NOTHING,
) -> str:
    """In the participant's language. Raises MissingValue and KeyError where content lacks it."""
    participant = enrolment.participant
    language, manner = participant.language, manner_of(participant)
    wording = wording_for(content, text_key, language, manner)
    if wording is None:
        return own_words(content, text_key, language, manner, **made)
    text = rendered(enrolment=enrolment, content=content, wording=wording, now=now, made=made)
    if not manner.says_whom or text_key.startswith(_EVERYBODY):
        return text
    name = participant.first_name or ""
    return addressed(
        text,
        wording,
        name=name,
        language=language,
        manner=manner,
        is_to_caregiver=is_to_caregiver(content, text_key),
    )


def rendered(
    *,
    enrolment: Enrolment,
    content: Content,
    wording: Wording,
    now: datetime,
    made: Mapping[str, str] = _NOTHING,
) -> str:
    """Raises MissingValue."""
    wanted = frozenset(wording.fields)
    values = field_values(_person(enrolment, wanted, now), wanted) if wanted else {}
    values = {**values, **made}
    return render(wording, values, content.defaults.get(enrolment.participant.language, {}))


def manner_of(participant: Participant) -> Manner:
    if participant.is_discreet or participant.is_cared_for or participant.has_company:
        return Manner(participant.is_discreet, participant.is_cared_for, participant.has_company)
    return USUAL


def plain_reply(*, inbound: InboundMessage, text: str, kind: str) -> Reply:
    """A sender's own HELP or STOP text, for a number that is in no campaign."""
    return Reply(
        inbound=inbound,
        place=0,
        kind=kind,
        text=text,
        zone="UTC",
        is_test=False,
        approved=True,
    )


def ask_unasked(*, enrolment: Enrolment, question: str, key: str, now: datetime) -> None:
    """One of the engine's own questions, to somebody who has not just texted: within the campaign's
    hours. `key`: its cause; the same again queues nothing."""
    content = compiled(enrolment.version)
    participant = enrolment.participant
    outbox.queue(
        organisation_id=participant.organisation_id,
        sender_id=enrolment.campaign.sender_id,
        recipient_id=participant.recipient_id,
        kind=Message.Kind.DUE,
        cause_kind=Message.CauseKind.STAFF,
        cause_key=key,
        text=words(enrolment=enrolment, content=content, text_key=f"question.{question}", now=now),
        not_before=now,
        valid_until=now + QUESTION_SHELF,
        hours=(content.hours.start, content.hours.end),
        zone=participant.time_zone,
        priority=Priority.CORE.rank,
        is_test=enrolment.is_test,
        approved=enrolment.version.clinically_approved,
        now=now,
    )


def queue(*, replies: Sequence[Reply], now: datetime) -> None:
    """They may leave at any hour: the person has just texted. A reply that was queued before stays
    as it was where few are queued; among many it raises IntegrityError."""
    if len(replies) <= _FEW:
        for each in replies:
            outbox.queue(**_outline(each, now), now=now)
        return
    outlines = [
        Outline(message_id=message_id, **_outline(each, now))
        for message_id, each in zip(draw_ids(Message, len(replies)), replies, strict=True)
    ]
    outbox.queue_many(outlines=outlines, now=now)


def _outline(of: Reply, now: datetime) -> dict[str, Any]:
    return {
        "organisation_id": of.inbound.organisation_id,
        "sender_id": of.inbound.sender_id,
        "recipient_id": of.inbound.recipient_id,
        "kind": of.kind,
        "cause_kind": Message.CauseKind.INBOUND,
        "cause_key": f"{of.inbound.pk}:{of.place}",
        "text": of.text,
        "not_before": now + of.place * REPLY_GAP,
        "valid_until": now + REPLY_SHELF,
        "hours": None,
        "zone": of.zone,
        "priority": Priority.REPLY.rank,
        "is_test": of.is_test,
        "approved": of.approved,
    }


def _person(enrolment: Enrolment, wanted: frozenset[str], now: datetime) -> Person:
    """Only what the text asks for is read and opened."""
    participant = enrolment.participant
    zone = ZoneInfo(participant.time_zone)
    told = _told(enrolment, wanted)
    own_hours = None
    if participant.hours_start is not None and participant.hours_end is not None:
        own_hours = Span(participant.hours_start, participant.hours_end)
    return Person(
        today=local_day(now, zone),
        language=participant.language,
        first_name=participant.first_name if "first_name" in wanted else None,
        quit_date=_quit_date(enrolment) if wanted & _FROM_QUIT_DATE else None,
        per_day=_number(told.get("per_day")),
        pack_price=_number(told.get("pack_price")),
        own_reason=told.get("own_reason"),
        currency=currency_of(enrolment.campaign.country),
        resume_at=_resume_day(enrolment, zone),
        hours=own_hours,
    )


def _told(enrolment: Enrolment, wanted: Iterable[str]) -> dict[str, str]:
    names = [name for field in wanted for name in _TOLD.get(field, ())]
    if not names:
        return {}
    rows = Attribute.objects.filter(participant=enrolment.participant, name__in=names)
    return {row.name: row.words or row.value for row in rows.select_related("participant")}


def _number(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        # Content once asked for it as a choice.
        return None


def _quit_date(enrolment: Enrolment) -> date | None:
    standing = anchors.in_force(enrolment).filter(kind=QUIT_DATE_ANCHOR)
    return standing.values_list("day", flat=True).first()


def _resume_day(enrolment: Enrolment, zone: ZoneInfo) -> date | None:
    """A paused journey's next look is the end of its pause."""
    if enrolment.status != Enrolment.Status.PAUSED or enrolment.next_due_at is None:
        return None
    return local_day(enrolment.next_due_at, zone)
