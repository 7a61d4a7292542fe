"""Texts that come in: stored once, STOP obeyed at once, the rest left for the floor above.

Nothing here needs a campaign, so STOP works when everything above is broken.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction

from messaging.addresses import country_of
from messaging.first_seen import make_recipients
from messaging.models.inbound_message import InboundMessage
from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from messaging.providers.webhook import InboundText
from messaging.statements import ids, rows
from messaging.stopwords import graded
from messaging.storing import Text, Written, write_down
from trust.blind_index import number_indexes

log = structlog.get_logger(__name__)

#: Where an inbound text may end from, end by end.
_BEFORE = {
    end: [before for before, after in InboundMessage.MOVES.items() if end in after]
    for end in InboundMessage.End.values
}

_END_PENDING = """
UPDATE messaging_inboundmessage i
   SET "end" = e."end", end_reason = e.reason, ended_at = %(now)s::timestamptz
  FROM unnest(%(ids)s::bigint[], %(ends)s::text[], %(reasons)s::text[]) AS e(id, "end", reason)
 WHERE i.id = e.id AND i."end" = 'pending'
RETURNING i.id
"""


@transaction.atomic
def store(*, sender: Sender, inbound: InboundText) -> InboundMessage | None:
    """The stored row, or None for one the provider had sent before.

    The number's lock is taken first: an attempt committed before it is seen by nobody as after,
    and none can start between it and the commit. ValueError when the number is not E.164."""
    text = _text(sender, inbound)
    found = write_down(texts=[text], wait=True)
    if not found:
        recipient_for(organisation_id=sender.organisation_id, number=inbound.from_number)
        found = write_down(texts=[text], wait=True)
    written = found[0]
    return written and _row(sender, text, written)


def has_unread(*, recipient: Recipient) -> bool:
    """Whether a text of the number waits for its answer; after an outage, for hours."""
    pending = InboundMessage.objects.filter(recipient=recipient, end=InboundMessage.End.PENDING)
    return pending.exists()


def store_free(*, texts: Sequence[tuple[Sender, InboundText]]) -> list[bool]:
    """The same of many at once: which of them are stored, now or before. The others have to be
    stored one by one: somebody else holds their number, they came twice among these, it was erased,
    or these cannot be written together. Must be the outermost transaction: whoever asks has texts
    of others stored with theirs."""
    stored = [False] * len(texts)
    first: dict[tuple[int, str], int] = {}
    for place, (sender, inbound) in enumerate(texts):
        first.setdefault((sender.organisation_id, inbound.from_number), place)
    places = list(first.values())
    try:
        with transaction.atomic(durable=True):
            found = _write_down(texts, places)
    except Exception as error:
        log.warning("texts_not_stored_together", texts=len(texts), error=type(error).__name__)
        return stored
    for place in found:
        stored[place] = True
    return stored


def _write_down(texts: Sequence[tuple[Sender, InboundText]], places: Sequence[int]) -> list[int]:
    """The places of those that were; numbers nobody has seen before are made on the way."""
    asked = [_text(*texts[place]) for place in places]
    found = {places[at] for at in write_down(texts=asked, wait=False)}
    left = [at for at, place in enumerate(places) if place not in found]
    numbers = [(asked[at].organisation_id, texts[places[at]][1].from_number) for at in left]
    if left and make_recipients(numbers):
        again = write_down(texts=[asked[at] for at in left], wait=False)
        found |= {places[left[at]] for at in again}
    return sorted(found)


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
    found = ours.order_by("pk").first()
    if found is None:
        make_recipients([(organisation_id, number)])
        found = ours.order_by("pk")[:1].get()
    if found.number is None:
        found.number = number
        found.save(update_fields=["number"])
    return found


def is_stop(inbound: InboundText) -> bool:
    """A word that is asked about in one country is a STOP by law in another."""
    grade = graded(inbound.body)
    if grade == "ambiguous":
        grade = graded(inbound.body, country=country_of(inbound.from_number))
    return grade == "stop"


def _text(sender: Sender, inbound: InboundText) -> Text:
    return Text(
        organisation_id=sender.organisation_id,
        sender_id=sender.pk,
        number_indexes=number_indexes(sender.organisation_id, inbound.from_number),
        provider_message_id=inbound.provider_message_id,
        body=inbound.body,
        is_stop=inbound.opted_out or is_stop(inbound),
        provider_answered=inbound.provider_answered,
        called_at=inbound.called_at,
    )


def _row(sender: Sender, text: Text, written: Written) -> InboundMessage:
    row = InboundMessage(
        id=written.inbound_id,
        organisation_id=sender.organisation_id,
        sender_id=sender.pk,
        recipient_id=written.recipient_id,
        provider_message_id=text.provider_message_id,
        body=text.body,
        received_at=written.received_at,
        stored_at=written.stored_at,
        is_stop=text.is_stop,
        opted_out=written.opted_out,
        provider_answered=text.provider_answered,
    )
    row._state.adding = False
    return row
