"""Texts that come in: stored once, STOP obeyed at once, the rest left for the floor above.

Nothing here needs a campaign, so STOP works when everything above is broken.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from messaging import advice, optout, outbox
from messaging.clock import CALENDAR_NOW
from messaging.models.inbound_message import InboundMessage
from messaging.models.message import Message
from messaging.models.opt_out import OptOut
from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from messaging.prepared import ids, rows
from messaging.providers.webhook import InboundText
from messaging.stopwords import graded
from trust.blind_index import number_indexes
from trust.ids import draw_ids
from trust.keys import sealer

#: Where an inbound text may end from, end by end.
_BEFORE = {
    end: [before for before, after in InboundMessage.MOVES.items() if end in after]
    for end in InboundMessage.End.values
}

_BODY_PLACE = f"{InboundMessage._meta.db_table}.body"

# The id and the time are taken once the lock is held: texts of one number keep their order.
_LOCK = f"""
SELECT nextval(pg_get_serial_sequence('messaging_inboundmessage', 'id')), {CALENDAR_NOW}, locked.*
  FROM (SELECT id, number_index, number IS NOT NULL, strikes > 0
          FROM messaging_recipient
         WHERE organisation_id = %(organisation_id)s AND number_index = ANY(%(indexes)s::bytea[])
         ORDER BY id
         LIMIT 1
           FOR NO KEY UPDATE) AS locked
"""

# Under the lock nobody else opts this number out, or stores a text of it.
_STORE = """
INSERT INTO messaging_inboundmessage
       (id, organisation_id, sender_id, recipient_id, provider_message_id, body, received_at,
        "end", end_reason, opted_out, provider_answered)
SELECT %(id)s, %(organisation_id)s, %(sender_id)s, %(recipient_id)s,
       %(provider_message_id)s::varchar, %(body)s, %(received_at)s, 'pending', '',
       %(is_stop)s AND NOT EXISTS (
         SELECT FROM messaging_optout o
          WHERE o.organisation_id = %(organisation_id)s AND o.number_index = %(number_index)s
            AND o.lifted_at IS NULL),
       %(provider_answered)s
 WHERE NOT EXISTS (
         SELECT FROM messaging_inboundmessage k
          WHERE k.sender_id = %(sender_id)s
            AND k.provider_message_id = %(provider_message_id)s::varchar)
RETURNING stored_at, opted_out,
          EXISTS (SELECT FROM messaging_message m
                   WHERE m.recipient_id = %(recipient_id)s
                     AND m.status IN ('queued', 'sending', 'unknown'))
"""

_END_PENDING = """
UPDATE messaging_inboundmessage i
   SET "end" = e."end", end_reason = e.reason, ended_at = %(now)s::timestamptz
  FROM unnest(%(ids)s::bigint[], %(ends)s::text[], %(reasons)s::text[]) AS e(id, "end", reason)
 WHERE i.id = e.id AND i."end" = 'pending'
RETURNING i.id
"""


class _Locked(NamedTuple):
    """A number whose row is locked, and what was found with it."""

    inbound_id: int
    now: datetime
    recipient_id: int
    number_index: bytes
    has_number: bool
    is_struck: bool


@transaction.atomic
def store(*, sender: Sender, inbound: InboundText) -> InboundMessage | None:
    """The stored row, or None for one the provider had sent before.

    The number's lock is taken first: an attempt committed before it is seen by nobody as after,
    and none can start between it and the commit. ValueError when the number is not E.164."""
    locked = _lock(sender.organisation_id, inbound.from_number)
    row = InboundMessage(
        id=locked.inbound_id,
        organisation_id=sender.organisation_id,
        sender_id=sender.pk,
        recipient_id=locked.recipient_id,
        provider_message_id=inbound.provider_message_id,
        body=inbound.body,
        received_at=locked.now,
        provider_answered=inbound.provider_answered,
    )
    is_stop = inbound.opted_out or graded(inbound.body) == "stop"
    values = {"is_stop": is_stop, "number_index": locked.number_index}
    found = rows(_STORE, {**_values(row, inbound.body), **values})
    if not found:
        return None
    ((row.stored_at, row.opted_out, something_waits),) = found
    row._state.adding = False
    if is_stop:
        _stop(row, locked, something_waits=something_waits)
    if locked.is_struck:
        advice.forget_strikes(recipient_ids=[locked.recipient_id])
    return row


@transaction.atomic
def end(*, inbound: InboundMessage, end: str, reason: str, now: datetime) -> bool:
    """False when the row was no longer waiting for that end."""
    ended = InboundMessage.objects.filter(pk=inbound.pk, end__in=_BEFORE[end]).update(
        end=end, end_reason=reason, ended_at=now
    )
    if ended:
        inbound.end, inbound.end_reason, inbound.ended_at = end, reason, now
    return bool(ended)


def end_pending(*, ends: Sequence[tuple[int, str, str]], now: datetime) -> int:
    """The same of many that waited, each by its id, with its end and reason; how many ended."""
    if not ends:
        return 0
    inbound_ids, words, reasons = zip(*ends, strict=True)
    values = {
        "ids": ids(inbound_ids),
        "ends": list(map(str, words)),
        "reasons": list(reasons),
        "now": now,
    }
    return len(rows(_END_PENDING, values))


@transaction.atomic
def recipient_for(*, organisation_id: int, number: str) -> Recipient:
    """The number's one row, made when it is new; safe when two texts make it at once.

    ValueError when the number is not E.164."""
    indexes = number_indexes(organisation_id, number)
    ours = Recipient.objects.filter(organisation_id=organisation_id, number_index__in=indexes)
    found = ours.order_by("pk").first() or _make_recipient(organisation_id, number, indexes)
    if found.number is None:
        found.number = number
        found.save(update_fields=["number"])
    return found


def _make_recipient(organisation_id: int, number: str, indexes: list[bytes]) -> Recipient:
    """Under the key version its opt-out was written with, if it has one, so that they still meet
    after the index key was changed."""
    opted_out = OptOut.objects.filter(organisation_id=organisation_id, number_index__in=indexes)
    index = opted_out.order_by("pk").values_list("number_index", flat=True).first() or indexes[0]
    row = Recipient(
        id=draw_ids(Recipient, 1)[0],
        organisation_id=organisation_id,
        number=number,
        number_index=bytes(index),
    )
    Recipient.objects.bulk_create([row], ignore_conflicts=True)
    return Recipient.objects.get(organisation_id=organisation_id, number_index=bytes(index))


def _lock(organisation_id: int, number: str) -> _Locked:
    """Found and locked in one round trip, with an id for the text and the time of its coming."""
    indexes = number_indexes(organisation_id, number)
    values = {"organisation_id": organisation_id, "indexes": indexes}
    found = rows(_LOCK, values)
    if not found or not _Locked(*found[0]).has_number:
        recipient_for(organisation_id=organisation_id, number=number)
        found = rows(_LOCK, values)
    return _Locked(*found[0])


def _values(row: InboundMessage, body: str) -> dict[str, Any]:
    seal = sealer(row.organisation_id).seal
    return {
        "id": row.pk,
        "organisation_id": row.organisation_id,
        "sender_id": row.sender_id,
        "recipient_id": row.recipient_id,
        "provider_message_id": row.provider_message_id,
        "body": seal(_BODY_PLACE, row.pk, body),
        "received_at": row.received_at,
        "provider_answered": row.provider_answered,
    }


def _stop(row: InboundMessage, locked: _Locked, *, something_waits: bool) -> None:
    """Cancels also when the number had opted out before: nothing may be left over."""
    if row.opted_out:
        recipient = Recipient(
            id=row.recipient_id,
            organisation_id=row.organisation_id,
            number_index=locked.number_index,
        )
        optout.opt_out(recipient=recipient, source="sms", now=locked.now)
    if something_waits:
        outbox.cancel_recipient(
            recipient_id=row.recipient_id,
            reason="opted_out",
            now=locked.now,
            keep_kinds=Message.PAST_OPT_OUT,
        )
