"""A number and its words forgotten. What the wire did stays in the books, and leads to nobody.

The one thing kept of a number is the opt-out of whoever never wants to be texted again.
"""

import secrets

from django.db import transaction

from messaging.models.inbound_message import InboundMessage
from messaging.models.inbound_part import InboundPart
from messaging.models.message_body import MessageBody
from messaging.models.recipient import Recipient
from trust import audit
from trust.blind_index import INDEX_BYTES

#: Key versions count from 1, so no number ever has an index of this one.
_NOBODY = bytes([0])


@transaction.atomic
def forget_words(*, recipient: Recipient) -> None:
    """Every text to and from a number. The caller holds its row lock and has cancelled what was
    queued for it."""
    InboundMessage.objects.filter(recipient=recipient, body__isnull=False).update(body=None)
    InboundPart.objects.filter(recipient=recipient, body__isnull=False).update(body=None)
    bodies = MessageBody.objects.filter(message__recipient=recipient, text__isnull=False)
    bodies.update(text=None)


@transaction.atomic
def forget(*, recipient: Recipient) -> None:
    """The number too: its row no longer tells whose it was, and a text that comes from it makes
    another row. The caller holds the row lock."""
    forget_words(recipient=recipient)
    _unname(recipient)
    audit.record(verb="number.forget", subject=recipient)


@transaction.atomic
def set_apart(*, recipient: Recipient) -> Recipient:
    """As `forget`, but the number lives on in a new row, which nothing that was said before leads
    to: for a last text, and for whatever comes from the number next. The caller holds the row
    lock."""
    number, index = recipient.number, bytes(recipient.number_index)
    forget(recipient=recipient)
    return Recipient.objects.create(
        organisation_id=recipient.organisation_id, number=number, number_index=index
    )


def _unname(recipient: Recipient) -> None:
    recipient.number = None
    recipient.number_index = _NOBODY + secrets.token_bytes(INDEX_BYTES - 1)
    recipient.save(update_fields=["number", "number_index"])
