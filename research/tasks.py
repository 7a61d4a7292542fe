"""Doors for Celery: each says "look at the database now" and calls verbs."""

import subprocess
import sys

from celery import shared_task
from django.apps import apps
from django.conf import settings

from messaging import clock
from research import counting, exports, noting_news, sending_news, settling, weekly
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


# A bundle is of one moment, so it is made in one piece; five million rows take a minute or two. In
# a process of its own: what writes Parquet takes 60 MB, which no worker need hold ever after.
@shared_task(soft_time_limit=1500, time_limit=1560)
def make_exports() -> None:
    if exports.are_waiting():
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "make_exports"]
        subprocess.run(command, check=False)


@shared_task
def purge_exports() -> None:
    exports.purge()


@shared_task
def remove_old_deliveries() -> None:
    sending_news.remove_old(now=clock.both()[0])


@shared_task
def settle_ledgers() -> None:
    settling.advance_all({apps.get_model(feed.of) for feed in FEEDS.values()})


@shared_task
def tell_webhooks() -> None:
    now, calendar = clock.both()
    noting_news.note_due(now=now, calendar=calendar)
    sending_news.deliver_due(now=now, calendar=calendar)
