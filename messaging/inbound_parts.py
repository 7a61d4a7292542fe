"""A longer text whose provider hands it on in parts: put together when all have come, or when the
rest has kept us waiting.

A part that was used stays for a day as an empty row: a provider that missed our answer sends it
again, and it must not come out as a text of its own.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from messaging import inbox
from messaging.models.inbound_message import InboundMessage
from messaging.models.inbound_part import InboundPart
from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from messaging.providers.webhook import InboundPart as Part
from messaging.providers.webhook import InboundText
from trust.ids import draw_ids
from trust.models import MachineNow

#: Parts come within seconds of each other; what has not come by then is given up.
LONGEST_WAIT = timedelta(minutes=1)
#: A provider that missed our answer tries again for so long.
REPEATED_WITHIN = timedelta(days=1)
#: Stands where a part is missing.
GAP = " … "


@transaction.atomic
def store(*, sender: Sender, inbound: InboundText, part: Part) -> InboundMessage | None:
    """The whole text's row once its last part is here, else None. A part sent twice counts once.

    ValueError when the number is not E.164."""
    recipient = inbox.recipient_for(
        organisation_id=sender.organisation_id, number=inbound.from_number
    )
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    row = InboundPart(
        id=draw_ids(InboundPart, 1)[0],
        organisation_id=sender.organisation_id,
        sender=sender,
        recipient=recipient,
        reference=part.reference[:40],
        number=part.number,
        total=part.total,
        provider_message_id=inbound.provider_message_id[:80],
        body=inbound.body,
    )
    parts = InboundPart.objects.filter(
        sender=sender, recipient=recipient, reference=row.reference, total=part.total
    )
    used = parts.filter(body=None, number=part.number).first()
    if used is not None:
        if used.provider_message_id == row.provider_message_id:
            return None
        # A handset counts its references round and round: this one is of another text.
        parts.filter(body=None).delete()
    InboundPart.objects.bulk_create([row], ignore_conflicts=True)
    found = _waiting(parts)
    return _join(found) if len(found) == part.total else None


def join_late() -> int:
    """Texts whose missing parts did not come; how many were stored as they are."""
    old = InboundPart.objects.filter(stored_at__lt=MachineNow() - REPEATED_WITHIN)
    old.filter(body=None).delete()
    late = InboundPart.objects.filter(stored_at__lt=MachineNow() - LONGEST_WAIT)
    late = late.exclude(body=None)
    wholes = late.order_by("recipient_id", "sender_id", "reference", "total")
    keys = wholes.values_list("recipient_id", "sender_id", "reference", "total").distinct()[:200]
    return sum(_join_late(*key) for key in keys)


@transaction.atomic
def _join_late(recipient_id: int, sender_id: int, reference: str, total: int) -> bool:
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    parts = InboundPart.objects.filter(
        recipient_id=recipient_id, sender_id=sender_id, reference=reference, total=total
    )
    found = _waiting(parts)
    return bool(found) and _join(found) is not None


def _waiting(parts: QuerySet[InboundPart]) -> list[InboundPart]:
    """Those that no text was made of yet."""
    rows = parts.exclude(body=None).select_related("sender", "recipient")
    return list(rows.order_by("number"))


def _join(parts: Sequence[InboundPart]) -> InboundMessage | None:
    first = parts[0]
    InboundPart.objects.filter(pk__in=[part.pk for part in parts]).update(body=None)
    if first.recipient.number is None:
        # Erased meanwhile.
        return None
    whole = InboundText(
        provider_message_id=first.provider_message_id,
        from_number=first.recipient.number,
        body=_body(parts),
    )
    return inbox.store(sender=first.sender, inbound=whole)


def _body(parts: Sequence[InboundPart]) -> str:
    bodies = {part.number: part.body or "" for part in parts}
    places = range(1, max(parts[0].total, *bodies) + 1)
    runs = groupby((bodies.get(place) for place in places), key=lambda body: body is None)
    return "".join(GAP if missing else "".join(filter(None, run)) for missing, run in runs)
