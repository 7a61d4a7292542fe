"""Doors for Celery: each says "look at the database now" and calls one verb."""

from celery import shared_task

from messaging import clock
from research import counting, weekly


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
