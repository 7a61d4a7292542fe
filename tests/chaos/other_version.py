"""The product's Celery application as another release of it might be: its ticks have other names,
travel by other queues and take other helpings. Workers of this and of `app` drop each other's.
"""

import django

django.setup()

from django.conf import settings  # noqa: E402

from enrolment import planner  # noqa: E402
from messaging import clock, dispatch, reconcile, reports  # noqa: E402
from tests.chaos.app import app  # noqa: E402

settings.ATTEMPT_LEASE_SECONDS = 5

RENAMED = {
    "enrolment.tasks.tick": "enrolment.tasks.plan",
    "messaging.tasks.dispatch": "messaging.tasks.send",
    "messaging.tasks.fold_reports": "messaging.tasks.read_reports",
    "messaging.tasks.settle_lost": "messaging.tasks.find_lost",
}


@app.task(name="enrolment.tasks.plan")
def plan() -> None:
    planner.tick(now=clock.calendar_now(), batch=70)


@app.task(name="messaging.tasks.send")
def send() -> None:
    dispatch.send_due(limit=130, seconds=3.0)


@app.task(name="messaging.tasks.read_reports")
def read_reports() -> None:
    reports.fold(now=clock.calendar_now(), limit=40)


@app.task(name="messaging.tasks.find_lost")
def find_lost() -> None:
    reconcile.settle_lost()


for _old, _new in RENAMED.items():
    _entry = app.conf.beat_schedule.pop(_old)
    app.conf.beat_schedule[_new] = {**_entry, "task": _new}
    app.conf.task_routes[_new] = {"queue": "replies"}
