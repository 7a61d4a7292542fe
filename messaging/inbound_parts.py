"""A longer text whose provider hands it on in parts: put together when all have come, or when the
rest has kept us waiting."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from django.db import transaction

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
    InboundPart.objects.bulk_create([row], ignore_conflicts=True)
    parts = InboundPart.objects.filter(
        sender=sender, recipient=recipient, reference=row.reference, total=part.total
    )
    found = list(parts.select_related("sender", "recipient").order_by("number"))
    return _join(found) if len(found) == part.total else None


def join_late() -> int:
    """Texts whose missing parts did not come; how many were stored as they are."""
    late = InboundPart.objects.filter(stored_at__lt=MachineNow() - LONGEST_WAIT)
    wholes = late.order_by("recipient_id", "sender_id", "reference", "total")
    keys = wholes.values_list("recipient_id", "sender_id", "reference", "total").distinct()[:200]
    return sum(_join_late(*key) for key in keys)


@transaction.atomic
def _join_late(recipient_id: int, sender_id: int, reference: str, total: int) -> bool:
    Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    parts = InboundPart.objects.filter(
        recipient_id=recipient_id, sender_id=sender_id, reference=reference, total=total
    )
    found = list(parts.select_related("sender", "recipient").order_by("number"))
    return bool(found) and _join(found) is not None


def _join(parts: Sequence[InboundPart]) -> InboundMessage | None:
    first = parts[0]
    whole = InboundText(
        provider_message_id=first.provider_message_id,
        from_number=first.recipient.number or "",
        body=_body(parts),
    )
    InboundPart.objects.filter(pk__in=[part.pk for part in parts]).delete()
    return inbox.store(sender=first.sender, inbound=whole)


def _body(parts: Sequence[InboundPart]) -> str:
    bodies = {part.number: part.body or "" for part in parts}
    places = range(1, max(parts[0].total, *bodies) + 1)
    runs = groupby((bodies.get(place) for place in places), key=lambda body: body is None)
    return "".join(GAP if missing else "".join(filter(None, run)) for missing, run in runs)
