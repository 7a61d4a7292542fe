"""Doors for Celery: each says "look at the database now" and calls one verb."""

from celery import shared_task
from django.apps import apps

from messaging import clock
from research import counting, noting_news, sending_news, settling, weekly
from research.feeds import FEEDS


@shared_task
def count_days() -> None:
    counting.refresh_days(now=clock.calendar_now())


# A million people take longer than other tasks may; nobody waits for it, and it comes seldom.
@shared_task(soft_time_limit=240, time_limit=270)
def count_people() -> None:
    counting.count_everybody(now=clock.calendar_now())


@shared_task
def send_weekly_reports() -> None:
    weekly.send_due(now=clock.calendar_now())


@shared_task
def settle_ledgers() -> None:
    settling.advance_all({apps.get_model(feed.of) for feed in FEEDS.values()})


@shared_task
def tell_webhooks() -> None:
    now, calendar = clock.both()
    noting_news.note_due(now=now, calendar=calendar)
    sending_news.deliver_due(now=now, calendar=calendar)
