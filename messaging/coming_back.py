"""A number that had opted out and may be texted again, at the person's own word."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from messaging import optout, outbox
from messaging.models.inbound_message import InboundMessage
from messaging.models.message import Message
from messaging.models.recipient import Recipient

_KEPT = [kind for kind in Message.Kind.values if kind != Message.Kind.STOP_CONFIRMATION]


@transaction.atomic
def lift(*, recipient: Recipient, source: str, now: datetime) -> bool:
    """As `optout.lift`. A confirmation of her STOP that has not left yet would say what is true no
    longer, and her next STOP has one of its own.

    A STOP that waits behind the text answered now was obeyed when it came, and is her last word:
    the number stays opted out, and what is queued for it now is blocked."""
    if _stops_behind(recipient, 0).exists():
        return False
    lifted = optout.lift(recipient=recipient, source=source, now=now)
    if lifted:
        outbox.cancel_recipient(
            recipient_id=recipient.pk, reason="back_again", now=now, keep_kinds=_KEPT
        )
    return lifted


@transaction.atomic
def narrow(*, stop: InboundMessage, now: datetime) -> bool:
    """Takes back the opt-out of a STOP that meant less than the number. What confirms it, or one
    before it, stays true and stands.

    Where another STOP waits behind it, the number stays opted out by that one from now on, which
    is confirmed as any that opts out. The caller holds the recipient's row lock."""
    behind = _stops_behind(stop.recipient, stop.pk)
    following = behind.order_by("pk").first()
    if following is None:
        return optout.lift(recipient=stop.recipient, source="narrowed", now=now)
    behind.filter(pk=following.pk).update(opted_out=True)
    return False


def _stops_behind(recipient: Recipient, inbound_id: int) -> QuerySet[InboundMessage]:
    return InboundMessage.objects.filter(
        recipient=recipient, end=InboundMessage.End.PENDING, is_stop=True, pk__gt=inbound_id
    )
