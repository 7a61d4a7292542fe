"""A number that had opted out and may be texted again, at the person's own word."""

from datetime import datetime

from django.db import transaction

from messaging import optout, outbox
from messaging.models.message import Message
from messaging.models.recipient import Recipient

_KEPT = [kind for kind in Message.Kind.values if kind != Message.Kind.STOP_CONFIRMATION]


@transaction.atomic
def lift(*, recipient: Recipient, source: str, now: datetime) -> bool:
    """As `optout.lift`. A confirmation of her STOP that has not left yet would say what is true no
    longer, and her next STOP has one of its own."""
    lifted = optout.lift(recipient=recipient, source=source, now=now)
    if lifted:
        outbox.cancel_recipient(
            recipient_id=recipient.pk, reason="back_again", now=now, keep_kinds=_KEPT
        )
    return lifted
