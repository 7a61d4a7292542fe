"""Webhooks called: signed, again and again for three days, and then given up, so that a person
looks."""

from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import transaction

from enrolment import signed_calls
from enrolment.retrying import next_try
from research.models import Webhook, WebhookDelivery
from research.noting_news import body_rows
from trust import audit
from trust.models import User

log = structlog.get_logger(__name__)

Status = WebhookDelivery.Status
GIVEN_UP_AFTER = timedelta(days=3)
#: The same as docs/governance/retention.md says.
KEPT = timedelta(days=90)
_LONGEST_WAIT = timedelta(hours=1)


def secret_of(webhook: Webhook) -> str:
    """What the receiver checks signatures with; another webhook has another."""
    return signed_calls.secret_of(owner=f"research.webhook:{webhook.pk}")


def remove_old(*, now: datetime) -> int:
    """Calls that came through, or were given up, long ago; how far each webhook was told stays.
    Machine time."""
    old = WebhookDelivery.objects.exclude(status=Status.PENDING).filter(settled_at__lt=now - KEPT)
    return old.delete()[0]


def deliver_due(*, now: datetime, calendar: datetime, seconds: float = 15) -> int:
    """How many were tried. `now` is machine time."""
    until, tried = monotonic() + seconds, 0
    while monotonic() < until:
        found = _claim(now)
        if found is None:
            break
        _settle(found, _call(found, calendar), now)
        tried += 1
    return tried


@transaction.atomic
def send_again(*, delivery_id: int, actor: User, now: datetime) -> bool:
    """One that was given up; False when it was not."""
    dead = WebhookDelivery.objects.filter(pk=delivery_id, status=Status.DEAD)
    if not dead.update(
        status=Status.PENDING, next_at=now, made_at=now, settled_at=None, attempts=0
    ):
        return False
    found = WebhookDelivery.objects.select_related("webhook__campaign").get(pk=delivery_id)
    audit.record(verb="webhook.again", subject=found, actor=actor)
    return True


@transaction.atomic
def _claim(now: datetime) -> WebhookDelivery | None:
    """The next try is put off before this one is made, so that nobody else makes it meanwhile."""
    due = WebhookDelivery.objects.filter(
        status=Status.PENDING, next_at__lte=now, webhook__is_active=True
    )
    found = (
        due.select_for_update(of=("self",), skip_locked=True)
        .select_related("webhook__campaign__sender")
        .order_by("next_at", "pk")
        .first()
    )
    if found is None:
        return None
    found.attempts += 1
    found.next_at = next_try(attempts=found.attempts, now=now, longest=_LONGEST_WAIT)
    found.save(update_fields=["attempts", "next_at"])
    return found


def _call(delivery: WebhookDelivery, calendar: datetime) -> str:
    """A plain word for why nobody was reached; empty when somebody was."""
    webhook = delivery.webhook
    rows, _ = body_rows(
        webhook.campaign, delivery.event, delivery.after, now=calendar, through=delivery.through
    )
    told = {
        "delivery": delivery.pk,
        "event": delivery.event,
        "campaign": webhook.campaign.key,
        "rows": rows,
    }
    return signed_calls.post(to=webhook.address, told=told, secret=secret_of(webhook))


@transaction.atomic
def _settle(delivery: WebhookDelivery, reason: str, now: datetime) -> None:
    """`reason`: a plain word for why nobody was reached, empty when somebody was."""
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, status=Status.PENDING)
    if not reason:
        mine.update(status=Status.SENT, next_at=None, settled_at=now, reason="")
    elif now - delivery.made_at >= GIVEN_UP_AFTER:
        mine.update(status=Status.DEAD, next_at=None, settled_at=now, reason=reason)
        log.error("webhook_given_up", delivery_id=delivery.pk, reason=reason)
    else:
        mine.update(reason=reason)
        log.warning("webhook_put_off", delivery_id=delivery.pk, reason=reason)
