"""Texts that come in: stored once, STOP obeyed at once, the rest left for the floor above.

Nothing here needs a campaign, so STOP works when everything above is broken.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction

from messaging import advice, optout, outbox
from messaging.addresses import country_of
from messaging.clock import CALENDAR_NOW
from messaging.models.inbound_message import InboundMessage
from messaging.models.message import Message
from messaging.models.opt_out import OptOut
from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from messaging.prepared import ids, rows, together
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

_NUMBER = """
FROM messaging_recipient r
WHERE r.organisation_id = %(organisation_id)s AND r.number_index = ANY(%(indexes)s::bytea[])
"""
_DRAW = f"""
SELECT nextval(pg_get_serial_sequence('messaging_inboundmessage', 'id')),
       EXISTS (SELECT {_NUMBER} AND r.strikes > 0)
"""

# The second statement begins when the lock is held: nobody else opts this number out then, or
# stores a text of it.
_STORE = f"""
SELECT r.number_index, r.number IS NOT NULL {_NUMBER} ORDER BY r.id LIMIT 1 FOR NO KEY UPDATE;
INSERT INTO messaging_inboundmessage
       (id, organisation_id, sender_id, recipient_id, provider_message_id, body, received_at,
        "end", end_reason, opted_out, provider_answered)
SELECT %(id)s, r.organisation_id, %(sender_id)s, r.id, %(provider_message_id)s, %(body)s,
       {CALENDAR_NOW}, 'pending', '',
       %(is_stop)s AND NOT EXISTS (
         SELECT FROM messaging_optout o
          WHERE o.organisation_id = r.organisation_id AND o.number_index = r.number_index
            AND o.lifted_at IS NULL),
       %(provider_answered)s
  FROM (SELECT r.* {_NUMBER} ORDER BY r.id LIMIT 1) AS r
 WHERE r.number IS NOT NULL
   AND NOT EXISTS (
         SELECT FROM messaging_inboundmessage k
          WHERE k.sender_id = %(sender_id)s AND k.provider_message_id = %(provider_message_id)s)
RETURNING recipient_id, received_at, stored_at, opted_out,
          %(is_stop)s AND EXISTS (
            SELECT FROM messaging_message m
             WHERE m.recipient_id = messaging_inboundmessage.recipient_id
               AND m.status IN ('queued', 'sending', 'unknown'))
"""


class _Found(NamedTuple):
    """The number a text came from, and whether anything to it has yet to leave or to be settled,
    which is asked for a STOP alone."""

    number_index: bytes
    something_waits: bool


_END_PENDING = """
UPDATE messaging_inboundmessage i
   SET "end" = e."end", end_reason = e.reason, ended_at = %(now)s::timestamptz
  FROM unnest(%(ids)s::bigint[], %(ends)s::text[], %(reasons)s::text[]) AS e(id, "end", reason)
 WHERE i.id = e.id AND i."end" = 'pending'
RETURNING i.id
"""


def store(*, sender: Sender, inbound: InboundText) -> InboundMessage | None:
    """The stored row, or None for one the provider had sent before.

    The number's lock is taken first: an attempt committed before it is seen by nobody as after,
    and none can start between it and the commit. ValueError when the number is not E.164."""
    organisation_id = sender.organisation_id
    number = {
        "organisation_id": organisation_id,
        "indexes": number_indexes(organisation_id, inbound.from_number),
    }
    inbound_id, is_struck = _draw(number)
    row = InboundMessage(
        id=inbound_id,
        organisation_id=organisation_id,
        sender_id=sender.pk,
        provider_message_id=inbound.provider_message_id,
        body=inbound.body,
        provider_answered=inbound.provider_answered,
    )
    is_stop = inbound.opted_out or _is_stop(inbound)
    if not (is_stop or is_struck):
        return row if _insert(row, number, inbound, is_stop=False) else None
    with transaction.atomic():
        found = _insert(row, number, inbound, is_stop=is_stop)
        if found is None:
            return None
        if is_stop:
            _stop(row, found)
        if is_struck:
            advice.forget_strikes(recipient_ids=[row.recipient_id])
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


def _is_stop(inbound: InboundText) -> bool:
    """A word that is asked about in one country is a STOP by law in another."""
    grade = graded(inbound.body)
    if grade == "ambiguous":
        grade = graded(inbound.body, country=country_of(inbound.from_number))
    return grade == "stop"


def _draw(number: Mapping[str, Any]) -> tuple[int, bool]:
    """An id for the text, and whether its number bears strikes. The first statement of a request:
    a connection that died meanwhile is made anew."""
    try:
        ((inbound_id, is_struck),) = rows(_DRAW, number)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        ((inbound_id, is_struck),) = rows(_DRAW, number)
    return inbound_id, is_struck


def _insert(
    row: InboundMessage, number: Mapping[str, Any], inbound: InboundText, *, is_stop: bool
) -> _Found | None:
    """None when the provider had sent it before. Fills in what the row gets where it is stored."""
    values = {
        **number,
        "id": row.pk,
        "sender_id": row.sender_id,
        "provider_message_id": row.provider_message_id,
        "body": sealer(row.organisation_id).seal(_BODY_PLACE, row.pk, inbound.body),
        "is_stop": is_stop,
        "provider_answered": row.provider_answered,
    }
    locked, stored = together(_STORE, values)
    if not locked or not locked[0][1]:
        recipient_for(organisation_id=row.organisation_id, number=inbound.from_number)
        locked, stored = together(_STORE, values)
    if not stored:
        return None
    ((row.recipient_id, row.received_at, row.stored_at, row.opted_out, waits),) = stored
    row._state.adding = False
    return _Found(locked[0][0], waits)


def _stop(row: InboundMessage, found: _Found) -> None:
    """Cancels also when the number had opted out before: nothing may be left over."""
    if row.opted_out:
        recipient = Recipient(
            id=row.recipient_id,
            organisation_id=row.organisation_id,
            number_index=found.number_index,
        )
        optout.opt_out(recipient=recipient, source="sms", now=row.received_at)
    if found.something_waits:
        outbox.cancel_recipient(
            recipient_id=row.recipient_id,
            reason="opted_out",
            now=row.received_at,
            keep_kinds=Message.PAST_OPT_OUT,
        )
