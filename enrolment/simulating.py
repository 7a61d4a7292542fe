"""A crowd too large to wait for: simulated by a worker, some people at a time.

A person's life depends on the seed and her place alone, so a worker that goes on where another was
killed comes to the same figures.
"""

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from campaigns import jobs
from campaigns.jobs import Progress, Worker
from campaigns.models import CampaignVersion, Job
from enrolment import rehearsing
from enrolment.simulation import Crowd, simulate
from enrolment.simulation_tally import Tally, tally_of
from trust.models import User

SIMULATE = "simulation"
#: A task may take half a minute.
_PORTION = 15.0
#: People between two words on how far it has come.
_AT_ONCE = 20


@transaction.atomic
def begin(*, version: CampaignVersion, asked: Mapping[str, int], start: date, actor: User) -> Job:
    """`asked`: people, days and seed."""
    detail: dict[str, Any] = {"version": version.pk, "start": start.isoformat(), **asked}
    return jobs.start(campaign=version.campaign, kind=SIMULATE, detail=detail, actor=actor)


def _work(job: Job, progress: Progress) -> None:
    asked = job.detail
    start = date.fromisoformat(asked["start"])
    version = CampaignVersion.objects.select_related("campaign").get(pk=asked["version"])
    stage = rehearsing.stage_of(version, today=start)
    crowd = Crowd(asked["people"], asked["days"], asked["seed"], start, stage.zone)
    tally = tally_of(job.cursor) if job.cursor else Tally(days=crowd.days)
    until = time.monotonic() + _PORTION
    while tally.people < crowd.people and time.monotonic() < until:
        places = range(tally.people, min(tally.people + _AT_ONCE, crowd.people))
        tally.plus(simulate(stage.content, crowd, country=stage.country, places=places))
        progress(tally.people, crowd.people, tally.as_json())
    if tally.people == crowd.people:
        jobs.finish(job=job, result=tally.as_json())


WORKERS: Mapping[str, Worker] = {SIMULATE: _work}
