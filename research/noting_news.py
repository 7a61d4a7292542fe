"""What webhooks are to be told: rows that have come since, noted as deliveries.

Nobody sends a signal: the ledgers are read as the API reads them, so that a row committed late is
told like any other, and a house that was down tells all of it afterwards."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import transaction
from django.db.models import Sum

from campaigns import access
from campaigns.models import Campaign
from campaigns.schedule import local_day
from research import reading_feeds, settling
from research.feeds import FEEDS
from research.models import DayCount, Webhook, WebhookDelivery
from research.share import SMALLEST_CELL

Event = Webhook.Event
#: Rows in one call.
MOST_ROWS = 100
#: Calls noted at a time, for each event.
_MOST_CALLS = 20
FEED_OF: Mapping[str, str] = MappingProxyType(
    {
        Event.ENROLLED: "starts",
        Event.LEFT: "withdrawals",
        Event.ANSWER: "answers",
        Event.READING: "readings",
    }
)


def begin(campaign: Campaign, *, now: datetime) -> dict[str, int]:
    """The cursors of a webhook made now: what was before is read by the API."""
    yesterday = local_day(now, ZoneInfo(campaign.time_zone)) - timedelta(days=1)
    found = {
        str(event): settling.settled(apps.get_model(FEEDS[name].of))
        for event, name in FEED_OF.items()
    }
    return {**found, str(Event.SUMMARY): yesterday.toordinal()}


def note_due(*, now: datetime, calendar: datetime) -> int:
    """How many calls were noted. `now` is machine time."""
    webhooks = Webhook.objects.filter(is_active=True).values_list("pk", flat=True)
    return sum(_note(webhook_id, now, calendar) for webhook_id in webhooks)


@transaction.atomic
def _note(webhook_id: int, now: datetime, calendar: datetime) -> int:
    found = Webhook.objects.filter(pk=webhook_id, is_active=True)
    webhook = (
        found.select_for_update(of=("self",), skip_locked=True)
        .select_related("campaign__sender", "made_by")
        .first()
    )
    if webhook is None:
        return 0
    if not access.reach_of(webhook.made_by).may("research.export", webhook.campaign_id):
        # Whoever made it may not read this any more, so nobody is told on their behalf.
        found.update(is_active=False, stopped_reason="maker_may_not_read")
        return 0
    noted = [
        delivery
        for event in webhook.events
        for delivery in _of_event(webhook, event, now, calendar)
    ]
    WebhookDelivery.objects.bulk_create(noted)
    found.update(cursors=webhook.cursors)
    return len(noted)


def _of_event(
    webhook: Webhook, event: str, now: datetime, calendar: datetime
) -> list[WebhookDelivery]:
    """And the cursor moved."""
    noted: list[WebhookDelivery] = []
    for _ in range(_MOST_CALLS):
        after = webhook.cursors.setdefault(event, 0)
        rows, through = body_rows(webhook.campaign, event, after, now=calendar)
        if through == after:
            break
        webhook.cursors[event] = through
        if rows:
            noted.append(
                WebhookDelivery(
                    webhook=webhook,
                    event=event,
                    after=after,
                    through=through,
                    rows=len(rows),
                    made_at=now,
                    next_at=now,
                )
            )
    return noted


def body_rows(
    campaign: Campaign, event: str, after: int, *, now: datetime, through: int | None = None
) -> tuple[list[Mapping[str, Any]], int]:
    """What a call tells, and how far it goes."""
    if event == Event.SUMMARY:
        return _summary(campaign, after, now)
    page = reading_feeds.read(
        campaign=campaign,
        name=FEED_OF[event],
        after=after,
        limit=MOST_ROWS,
        now=now,
        through=through,
    )
    return list(page.rows), page.next


def _summary(campaign: Campaign, after: int, now: datetime) -> tuple[list[Mapping[str, Any]], int]:
    """Of the day after `after`, once it is over: as it is known by then. Fewer than five texts of a
    sort are not told apart from none."""
    day = date.fromordinal(after + 1)
    if local_day(now, ZoneInfo(campaign.time_zone)) <= day:
        return [], after
    counts = (
        DayCount.objects.filter(campaign=campaign, day=day, measure="text")
        .values_list("key")
        .annotate(texts=Sum("count"))
        .order_by("key")
    )
    rows: list[Mapping[str, Any]] = [
        {"day": day.isoformat(), "became": key, "texts": texts if texts >= SMALLEST_CELL else None}
        for key, texts in counts
    ]
    return rows, after + 1
