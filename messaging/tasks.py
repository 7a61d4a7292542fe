"""Doors for Celery: each says "look at the database now" and calls verbs."""

from celery import shared_task

from messaging import (
    alarms,
    balance,
    budget,
    clock,
    expiry,
    heartbeats,
    inbound_parts,
    reconcile,
    reports,
)
from messaging.dispatch import send_due

#: A task ends well within its time limit and the next beat goes on.
_A_TASKS_WORTH = 2000


@shared_task
def dispatch() -> None:
    send_due(limit=_A_TASKS_WORTH)


@shared_task
def settle_lost() -> None:
    reconcile.settle_lost()


@shared_task
def fold_reports() -> None:
    now = clock.calendar_now()
    while reports.fold(now=now) == reports.AT_ONCE:
        pass


@shared_task
def join_parts() -> None:
    inbound_parts.join_late()


@shared_task
def watch_senders() -> None:
    alarms.watch_settings()
    balance.rebalance(now=clock.calendar_now())


@shared_task
def expire() -> None:
    expiry.expire(now=clock.calendar_now())


@shared_task
def refresh_budgets() -> None:
    budget.refresh(now=clock.calendar_now())


@shared_task
def be_seen(queue: str) -> None:
    heartbeats.seen(name=heartbeats.QUEUE + queue)
