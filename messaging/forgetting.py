"""A number and its words forgotten. What the wire did stays in the books, and leads to nobody.

The one thing kept of a number is the opt-out of whoever never wants to be texted again.
"""

import re
import secrets
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from messaging.crisis import crisis_in
from messaging.models.inbound_message import InboundMessage
from messaging.models.inbound_part import InboundPart
from messaging.models.message import Message
from messaging.models.message_body import MessageBody
from messaging.models.recipient import Recipient
from trust import audit
from trust.blind_index import INDEX_BYTES

#: Key versions count from 1, so no number ever has an index of this one.
_NOBODY = bytes([0])
#: Where a name stood.
_NAME = "[name]"


@transaction.atomic
def forget_words(*, recipient: Recipient) -> None:
    """Every text to and from a number. The caller holds its row lock and has cancelled what was
    queued for it."""
    InboundMessage.objects.filter(recipient=recipient, body__isnull=False).update(body=None)
    InboundPart.objects.filter(recipient=recipient, body__isnull=False).update(body=None)
    bodies = MessageBody.objects.filter(message__recipient=recipient, text__isnull=False)
    bodies.update(text=None)


@transaction.atomic
def forget_texts(*, came: QuerySet[InboundMessage], sent: QuerySet[Message]) -> None:
    """The words of these alone. The caller holds the row lock of the number they came from."""
    MessageBody.objects.filter(message__in=_ids(sent), text__isnull=False).update(text=None)
    InboundMessage.objects.filter(pk__in=_ids(came), body__isnull=False).update(body=None)


@transaction.atomic
def forget_name(*, recipient: Recipient, name: str, answered: int) -> None:
    """The words of every text of a number that tell of one of the people behind it. One that came
    after the text of the id `answered` and waits for its answer loses the name alone. The caller
    holds the row lock."""
    if not name:
        return
    waiting = set(_ids(waiting_after(recipient=recipient, answered=answered)))
    for body in MessageBody.objects.filter(message__recipient=recipient, text__isnull=False):
        if name.casefold() in (body.text or "").casefold():
            MessageBody.objects.filter(pk=body.pk).update(text=None)
    for inbound in InboundMessage.objects.filter(recipient=recipient, body__isnull=False):
        said = inbound.body or ""
        if name.casefold() not in said.casefold():
            continue
        if inbound.pk in waiting:
            inbound.body = _without(name, said)
            inbound.save(update_fields=["body"])
        else:
            InboundMessage.objects.filter(pk=inbound.pk).update(body=None)


def _without(name: str, said: str) -> str:
    """A word stands in its place: what was said to her must not be taken for said to all. Some
    names are words as well; where need would not be heard without it, it stays."""
    left = re.sub(rf"(?<!\w){re.escape(name)}(?=s?(?!\w))", _NAME, said, flags=re.IGNORECASE)
    return left if crisis_in(left) == crisis_in(said) else said


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True))


@transaction.atomic
def forget(*, recipient: Recipient) -> None:
    """The number too: its row no longer tells whose it was, and a text that comes from it makes
    another row. The caller holds the row lock."""
    forget_words(recipient=recipient)
    _unname(recipient)
    audit.record(verb="number.forget", subject=recipient)


@transaction.atomic
def set_apart(*, recipient: Recipient, answered: int) -> Recipient:
    """As `forget`, but the number lives on in a new row, which nothing that was said before leads
    to: for a last text, and for whatever comes from the number next. Texts that came after the one
    of the id `answered` and still wait are of that: one may be a cry for help. The caller holds the
    row lock."""
    number, index = recipient.number, bytes(recipient.number_index)
    _unname(recipient)
    found = Recipient.objects.create(
        organisation_id=recipient.organisation_id, number=number, number_index=index
    )
    waiting_after(recipient=recipient, answered=answered).update(recipient=found)
    _parts_follow(recipient, found)
    forget_words(recipient=recipient)
    audit.record(verb="number.forget", subject=recipient)
    return found


def waiting_after(*, recipient: Recipient, answered: int) -> QuerySet[InboundMessage]:
    """Texts of the number that came after that one and wait for an answer."""
    return InboundMessage.objects.filter(
        recipient=recipient, end=InboundMessage.End.PENDING, pk__gt=answered
    )


@transaction.atomic
def hand_over(*, recipient: Recipient) -> Recipient:
    """The number is somebody else's: it lives on in a new row, and the old one keeps what was said
    but no longer tells with which number. Texts that wait for an answer, the one that said so among
    them, are the new owner's. The caller holds the row lock and has cancelled what was queued."""
    number, index = recipient.number, bytes(recipient.number_index)
    _unname(recipient)
    found = Recipient.objects.create(
        organisation_id=recipient.organisation_id, number=number, number_index=index
    )
    InboundMessage.objects.filter(recipient=recipient, end=InboundMessage.End.PENDING).update(
        recipient=found
    )
    _parts_follow(recipient, found)
    audit.record(verb="number.hand_over", subject=recipient)
    return found


def _parts_follow(recipient: Recipient, found: Recipient) -> None:
    """A text that is still coming in, part by part, is one that waits for its answer."""
    coming = InboundPart.objects.filter(recipient=recipient, body__isnull=False)
    coming.update(recipient=found)


def _unname(recipient: Recipient) -> None:
    recipient.number = None
    recipient.number_index = _NOBODY + secrets.token_bytes(INDEX_BYTES - 1)
    recipient.save(update_fields=["number", "number_index"])
