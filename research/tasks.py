"""Doors for Celery: each says "look at the database now" and calls one verb."""

from celery import shared_task

from messaging import clock
from research import counting, weekly


@shared_task
def count() -> None:
    counting.refresh(now=clock.calendar_now())


@shared_task
def send_weekly_reports() -> None:
    weekly.send_due(now=clock.calendar_now())
