"""A number that had opted out and may be texted again, at the person's own word."""

from datetime import datetime

from django.db import transaction

from messaging import optout, outbox
from messaging.models.inbound_message import InboundMessage
from messaging.models.message import Message
from messaging.models.recipient import Recipient

_KEPT = [kind for kind in Message.Kind.values if kind != Message.Kind.STOP_CONFIRMATION]


@transaction.atomic
def lift(*, recipient: Recipient, source: str, now: datetime, answered: int = 0) -> bool:
    """As `optout.lift`. A confirmation of her STOP that has not left yet would say what is true no
    longer, and her next STOP has one of its own. `answered`: the id of the STOP that is being
    answered, if it is one.

    A STOP that waits behind the text answered now was obeyed when it came, and is her last word:
    the number stays opted out, and what is queued for it now is blocked."""
    waits = InboundMessage.objects.filter(
        recipient=recipient, end=InboundMessage.End.PENDING, is_stop=True, pk__gt=answered
    )
    if waits.exists():
        return False
    lifted = optout.lift(recipient=recipient, source=source, now=now)
    if lifted:
        outbox.cancel_recipient(
            recipient_id=recipient.pk, reason="back_again", now=now, keep_kinds=_KEPT
        )
    return lifted
