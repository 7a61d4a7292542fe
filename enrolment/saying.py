"""A line of a conversation put into the outbox."""

from datetime import date, datetime, timedelta

from campaigns.content import Content
from campaigns.rules import (
    QUIT_DATE_ANCHOR,
    Priority,
)
from campaigns.wording import render
from enrolment.fields import field_values
from enrolment.models.anchor import Anchor
from enrolment.models.enrolment import Enrolment
from enrolment.talk import Say
from messaging import outbox
from messaging.models import InboundMessage, Message

#: A reply older than this answers nothing any more.
REPLY_SHELF = timedelta(hours=12)
#: Between two replies to one text, since networks don't keep the order of a burst.
REPLY_GAP = timedelta(seconds=2)


def say(
    *,
    inbound: InboundMessage,
    enrolment: Enrolment,
    content: Content,
    line: Say,
    place: int,
    now: datetime,
    kind: str,
) -> None:
    """Queues the `place`-th reply to `inbound`, in the participant's language. Replies may leave
    at any hour: the person has just texted."""
    language = enrolment.participant.language
    wording = content.wording(line.text_key, language)
    values = field_values(
        first_name=enrolment.participant.first_name if "first_name" in wording.fields else None,
        quit_date=_quit_date(enrolment) if "quit_date" in wording.fields else None,
        language=language,
    )
    _queue(
        inbound=inbound,
        text=render(wording, values, content.defaults.get(language, {})),
        place=place,
        now=now,
        kind=kind,
        zone=enrolment.participant.time_zone,
        is_test=enrolment.participant.is_test,
        approved=enrolment.version.clinically_approved,
    )


def say_plainly(*, inbound: InboundMessage, text: str, now: datetime, kind: str) -> None:
    """A sender's own HELP or STOP text, for a number that is in no campaign."""
    _queue(
        inbound=inbound,
        text=text,
        place=0,
        now=now,
        kind=kind,
        zone="UTC",
        is_test=False,
        approved=True,
    )


def _queue(
    *,
    inbound: InboundMessage,
    text: str,
    place: int,
    now: datetime,
    kind: str,
    zone: str,
    is_test: bool,
    approved: bool,
) -> None:
    outbox.queue(
        organisation_id=inbound.organisation_id,
        sender_id=inbound.sender_id,
        recipient_id=inbound.recipient_id,
        kind=kind,
        cause_kind=Message.CauseKind.INBOUND,
        cause_key=f"{inbound.pk}:{place}",
        text=text,
        not_before=now + place * REPLY_GAP,
        valid_until=now + REPLY_SHELF,
        hours=None,
        zone=zone,
        priority=Priority.REPLY.rank,
        is_test=is_test,
        approved=approved,
        now=now,
    )


def _quit_date(enrolment: Enrolment) -> date | None:
    return (
        Anchor.objects.filter(
            enrolment=enrolment,
            attempt=enrolment.attempt,
            kind=QUIT_DATE_ANCHOR,
            replaced_at=None,
        )
        .values_list("day", flat=True)
        .first()
    )
