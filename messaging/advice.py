"""What an error says about a number, obeyed after its message is settled.

In a transaction of its own a number: the recipient's lock comes before all others. Should a crash
come between, the provider says the same again at the next text.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Subquery

from messaging import optout, outbox
from messaging.models.attempt import Attempt
from messaging.models.message import Message
from messaging.models.opt_out import OptOut
from messaging.models.recipient import Recipient
from messaging.providers.base import Advice
from trust import audit

#: Strikes within a day count once: a handset that is off says so for every text.
STRIKE_EVERY = timedelta(hours=24)
#: With this many and no delivery between, the number counts as bad.
STRIKES = 3


def apply(*, advice: Mapping[int, Advice], now: datetime) -> None:
    """`advice` by message id. `now` is calendar time."""
    wanted = {
        message_id: word
        for message_id, word in advice.items()
        if word in (Advice.OPTED_OUT, Advice.BAD_NUMBER)
    }
    recipients = Message.objects.filter(pk__in=wanted).values_list("pk", "recipient_id")
    for message_id, recipient_id in sorted(recipients, key=lambda pair: pair[1]):
        if wanted[message_id] is Advice.OPTED_OUT:
            _opt_out(recipient_id, message_id, now)
        else:
            _strike(recipient_id, now)


@transaction.atomic
def forget_strikes(*, recipient_ids: Sequence[int]) -> None:
    """The number lives: a text reached it, or came from it."""
    struck = Recipient.objects.filter(pk__in=recipient_ids, strikes__gt=0).order_by("pk")
    # Locked in one order: two that met in another would wait for each other.
    held = list(struck.select_for_update(no_key=True).values_list("pk", flat=True))
    if held:
        Recipient.objects.filter(pk__in=held).update(strikes=0, struck_at=None, bad_since=None)


@transaction.atomic
def _opt_out(recipient_id: int, message_id: int, now: datetime) -> None:
    """Unless the person came back after that text was tried: a report may take hours. Should the
    provider still refuse her, it says so at the next text."""
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    tried = Attempt.objects.filter(message=message_id).order_by("-started_at")
    came_back = OptOut.objects.filter(
        organisation_id=recipient.organisation_id,
        number_index=bytes(recipient.number_index),
        lifted_at__gt=Subquery(tried.values("started_at")[:1]),
    )
    if came_back.exists():
        return
    optout.opt_out(recipient=recipient, source="provider", now=now)
    outbox.cancel_recipient(recipient_id=recipient_id, reason="opted_out", now=now)


@transaction.atomic
def _strike(recipient_id: int, now: datetime) -> None:
    recipient = Recipient.objects.select_for_update(no_key=True).get(pk=recipient_id)
    if recipient.struck_at is not None and recipient.struck_at > now - STRIKE_EVERY:
        return
    Recipient.objects.filter(pk=recipient_id).update(strikes=F("strikes") + 1, struck_at=now)
    if recipient.strikes + 1 >= STRIKES and recipient.bad_since is None:
        Recipient.objects.filter(pk=recipient_id).update(bad_since=now)
        outbox.cancel_recipient(recipient_id=recipient_id, reason="bad_number", now=now)
        audit.record(
            verb="number.bad", subject=recipient, detail={"strikes": recipient.strikes + 1}
        )
