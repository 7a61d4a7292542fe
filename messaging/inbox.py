"""Texts that come in: stored once, STOP obeyed at once, the rest left for the floor above.

Nothing here needs a campaign, so STOP works when everything above is broken.
"""

from datetime import datetime

from django.db import transaction

from messaging import advice, optout, outbox
from messaging.clock import calendar_now
from messaging.models.inbound_message import InboundMessage
from messaging.models.message import Message
from messaging.models.opt_out import OptOut
from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from messaging.providers.webhook import InboundText
from messaging.stopwords import graded
from trust.blind_index import number_indexes
from trust.ids import draw_ids

#: Where an inbound text may end from, end by end.
_BEFORE = {
    end: [before for before, after in InboundMessage.MOVES.items() if end in after]
    for end in InboundMessage.End.values
}


@transaction.atomic
def store(*, sender: Sender, inbound: InboundText) -> InboundMessage | None:
    """The stored row, or None for one the provider had sent before.

    The number's lock is taken first: an attempt committed before it is seen by nobody as after,
    and none can start between it and the commit. ValueError when the number is not E.164."""
    recipient = recipient_for(organisation_id=sender.organisation_id, number=inbound.from_number)
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    known = InboundMessage.objects.filter(
        sender=sender, provider_message_id=inbound.provider_message_id
    )
    if known.exists():
        return None
    if recipient.strikes:
        advice.forget_strikes(recipient_ids=[recipient.pk])
    now = calendar_now()
    wants_no_more = inbound.opted_out or graded(inbound.body) == "stop"
    opted_out = wants_no_more and _stop(recipient, now)
    return InboundMessage.objects.create(
        organisation_id=sender.organisation_id,
        sender=sender,
        recipient=recipient,
        provider_message_id=inbound.provider_message_id,
        body=inbound.body,
        received_at=now,
        opted_out=opted_out,
        provider_answered=inbound.provider_answered,
    )


@transaction.atomic
def end(*, inbound: InboundMessage, end: str, reason: str, now: datetime) -> bool:
    """False when the row was no longer waiting for that end."""
    ended = InboundMessage.objects.filter(pk=inbound.pk, end__in=_BEFORE[end]).update(
        end=end, end_reason=reason, ended_at=now
    )
    if ended:
        inbound.end, inbound.end_reason, inbound.ended_at = end, reason, now
    return bool(ended)


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


def _stop(recipient: Recipient, now: datetime) -> bool:
    """Cancels also when the number had opted out before: nothing may be left over."""
    changed = optout.opt_out(recipient=recipient, source="sms", now=now)
    outbox.cancel_recipient(
        recipient_id=recipient.pk,
        reason="opted_out",
        now=now,
        keep_kinds=Message.PAST_OPT_OUT,
    )
    return changed
