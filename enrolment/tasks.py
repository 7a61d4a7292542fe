"""Doors for Celery: each says "look at the database now" and calls one verb."""

from celery import shared_task

from enrolment import planner, replies
from messaging import clock


@shared_task
def tick() -> None:
    planner.tick(now=clock.calendar_now())


@shared_task
def answer_inbound() -> None:
    replies.answer_pending(now=clock.calendar_now())
