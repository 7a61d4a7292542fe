"""Doors for Celery: each says "look at the database now" and calls one verb."""

from celery import shared_task

from messaging import clock
from research import counting


@shared_task
def count() -> None:
    counting.refresh(now=clock.calendar_now())
