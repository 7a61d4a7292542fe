"""Doors for Celery: each says "look at the database now" and calls verbs."""

from celery import shared_task

from campaigns import jobs
from enrolment import (
    auditing,
    batch_moves,
    broadcast_figures,
    broadcast_lists,
    broadcast_work,
    calendar_moves,
    finishing,
    inviting,
    leaving,
    overdue,
    paging,
    pausing,
    people_export_work,
    people_exports,
    people_files,
    planner,
    publishing_later,
    purging,
    reconsenting,
    renumbering,
    replies,
    simulating,
    unsent,
)
from enrolment.people_work import WORKERS
from messaging import clock
from trust import audit_months, audit_seals, old_sign_ins


@shared_task
def tick() -> None:
    planner.tick(now=clock.calendar_now())


@shared_task
def answer_inbound() -> None:
    replies.answer_pending(now=clock.calendar_now())
    if paging.is_due(now=clock.calendar_now()):
        deliver_pages.delay()


@shared_task
def deliver_pages() -> None:
    paging.deliver_due(now=clock.calendar_now())


@shared_task
def ask_invited() -> None:
    inviting.ask_noted(now=clock.calendar_now())


@shared_task
def watch_cases() -> None:
    now = clock.calendar_now()
    unsent.reopen(now=now)
    overdue.alarm(now=now)


@shared_task
def move_people() -> None:
    now = clock.calendar_now()
    publishing_later.publish_due(now=now)
    calendar_moves.follow_calendars(now=now)
    batch_moves.run_some(now=now, limit=150)


@shared_task
def follow_broadcasts() -> None:
    now = clock.calendar_now()
    broadcast_work.follow(now=now)
    broadcast_figures.refresh(now=now)
    broadcast_lists.forget_old(now=now)


@shared_task
def pause_unreachable() -> None:
    pausing.pause_unreachable(now=clock.calendar_now())


@shared_task
def take_silence_as_leaving() -> None:
    now = clock.calendar_now()
    reconsenting.ask_the_silent(now=now)
    leaving.take_silence_as_leaving(now=now)
    leaving.follow_providers(now=now)


@shared_task
def finish_erasures() -> None:
    now = clock.calendar_now()
    finishing.finish(now=now)
    renumbering.expire(now=now)


@shared_task
def seal_audit() -> None:
    audit_seals.seal(now=clock.both()[0])


@shared_task
def purge() -> None:
    purging.purge(now=clock.calendar_now())
    # Last: until its role may, which `grant_roles` sees to after an upgrade, only this is refused.
    audit_months.keep()


@shared_task
def remove_old_sign_ins() -> None:
    old_sign_ins.remove(now=clock.both()[0])


@shared_task
def run_jobs() -> None:
    broadcast_work.begin_due(now=clock.calendar_now())
    broadcasts = broadcast_work.workers(clock=clock.calendar_now)
    exports = people_export_work.WORKERS
    jobs.run_next(workers={**WORKERS, **broadcasts, **exports, **simulating.WORKERS})
    people_files.forget_expired()
    people_exports.forget_expired()


# It knows its time and ends by itself long before; the limits are for a database that hangs.
@shared_task(soft_time_limit=120, time_limit=150)
def audit_books() -> None:
    if not auditing.is_under_way():
        auditing.run_hour()
