"""Long work in a worker: begun on a page, done by whichever comes first, stopped at any time.

Each floor runs jobs of its own kinds (`run_next` with its workers), so that nothing here knows what
a job does. A worker that dies is taken over after its lease; so a worker's last write and `finish`
belong in one transaction, and what it wrote before must bear being written again. What passes by
itself, such as a deadlock, is tried again after `not_before`; three workers in all, then it fails.
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop
from psycopg.errors import DeadlockDetected, SerializationFailure

from campaigns.models.campaign import Campaign
from campaigns.models.job import Job
from trust import audit
from trust.models import User
from trust.models.machine_time import MachineNow

log = structlog.get_logger(__name__)

Status = Job.Status
#: Above the hard limit of a task: whoever is silent so long is dead.
_LEASE = timedelta(seconds=60)
#: Without getting further: a job that kills its workers must not do so for ever.
_MOST_ATTEMPTS = 3
#: Seconds between two writes of the progress.
_OFTEN = 0.4
_BROKE = gettext_noop(
    "It broke down on the way. Nothing was changed. Try again, and tell us if it does so twice."
)
_STUCK = gettext_noop("It was begun three times and got no further. Nothing was changed.")
#: Two workers were in each other's way, and the database undid what this one did.
_PASSES = (DeadlockDetected, SerializationFailure)
#: After the first of them; the next wait is twice as long.
_PASSING = timedelta(seconds=5)


class Later(Exception):
    """A worker's word: this passes by itself; begin again after `wait`, or longer each time."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"not for {wait}")
        self.wait = wait


class JobOver(Exception):
    """The job was stopped, or another worker has it: whoever gets this leaves nothing behind."""


class Progress:
    """What a worker says while it works. Outside a transaction, or nobody sees it; with a cursor,
    in the transaction of what was done up to there, so that it is done once."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._next = 0.0

    def __call__(self, done: int, total: int, cursor: Mapping[str, Any] | None = None) -> None:
        """`cursor`: from where another worker could go on. Raises JobOver."""
        if cursor is None and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _OFTEN
        columns: dict[str, Any] = {
            "done": done,
            "total": total,
            "leased_until": MachineNow() + _LEASE,
        }
        if cursor is not None:
            columns |= {"cursor": dict(cursor), "moved_in": self.job.attempt}
        if not _held(self.job).update(**columns):
            raise JobOver


#: Calls `finish` in the transaction of its last write. One that returns without has done a portion,
#: within a task's half minute; the next call goes on at its cursor. May raise JobOver at any time.
Worker = Callable[[Job, Progress], None]


@transaction.atomic
def start(*, campaign: Campaign, kind: str, detail: Mapping[str, Any], actor: User | None) -> Job:
    job = Job.objects.create(campaign=campaign, kind=kind, detail=dict(detail), started_by=actor)
    audit.record(verb="job.start", subject=job, actor=actor, detail={"kind": kind})
    return job


@transaction.atomic
def stop(*, job: Job, actor: User | None) -> bool:
    """False when it was over already."""
    changed = Job.objects.filter(pk=job.pk, status__in=Job.OPEN).update(
        status=Status.STOPPED, ended_at=MachineNow(), leased_until=None
    )
    if changed:
        audit.record(verb="job.stop", subject=job, actor=actor, detail={"kind": job.kind})
    return bool(changed)


def finish(*, job: Job, result: Mapping[str, Any] | None = None) -> None:
    """In the transaction of the worker's last write. Raises JobOver; then that must be undone.

    `result`: what the page shows, where it is kept nowhere else."""
    changed = _held(job).update(
        status=Status.DONE,
        ended_at=MachineNow(),
        leased_until=None,
        done=F("total"),
        result=dict(result or {}),
    )
    if not changed:
        raise JobOver


def run_next(*, workers: Mapping[str, Worker]) -> bool:
    """Takes the oldest job of these kinds and works on it; False when there is none."""
    job = _claim(workers)
    if job is None:
        return False
    try:
        workers[job.kind](job, Progress(job))
        _held(job).update(status=Status.WAITING, leased_until=None)
    except JobOver:
        log.info("job_over", job_id=job.pk)
    except Later as later:
        _put_off(job, later.wait)
    except OperationalError as error:
        if isinstance(error.__cause__, _PASSES):
            _put_off(job, _PASSING)
        else:
            _broke(job)
    except Exception:
        _broke(job)
    return True


@transaction.atomic
def _claim(workers: Mapping[str, Worker]) -> Job | None:
    due = Q(not_before=None) | Q(not_before__lte=MachineNow())
    free = Q(due, status=Status.WAITING) | Q(status=Status.RUNNING, leased_until__lt=MachineNow())
    job = (
        Job.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(free, kind__in=list(workers))
        # Whoever waits longest: a broadcast of an hour lets the others pass between two portions.
        .order_by(F("taken_at").asc(nulls_first=True), "pk")
        .first()
    )
    if job is None:
        return None
    if job.attempt - job.moved_in >= _MOST_ATTEMPTS:
        _give_up(job)
        return None
    Job.objects.filter(pk=job.pk).update(
        status=Status.RUNNING,
        attempt=F("attempt") + 1,
        leased_until=MachineNow() + _LEASE,
        taken_at=MachineNow(),
        not_before=None,
    )
    job.refresh_from_db()
    return job


def _put_off(job: Job, wait: timedelta) -> None:
    """At the last attempt there is nothing to wait for."""
    tried = job.attempt - job.moved_in
    if tried >= _MOST_ATTEMPTS:
        _fail(job, _STUCK)
        return
    log.warning("job_put_off", job_id=job.pk, kind=job.kind, attempt=job.attempt)
    _held(job).update(
        status=Status.WAITING, leased_until=None, not_before=MachineNow() + wait * 2 ** (tried - 1)
    )


def _broke(job: Job) -> None:
    log.exception("job_failed", job_id=job.pk, kind=job.kind)
    _fail(job, _BROKE)


def _give_up(job: Job) -> None:
    """Of a job that is claimed, and that its last workers left no further than it was."""
    Job.objects.filter(pk=job.pk).update(status=Status.RUNNING)
    _fail(job, _STUCK)


@transaction.atomic
def _fail(job: Job, trouble: str) -> None:
    changed = _held(job).update(
        status=Status.FAILED, ended_at=MachineNow(), leased_until=None, trouble=trouble
    )
    if changed:
        audit.record(verb="job.fail", subject=job, detail={"kind": job.kind})


def _held(job: Job) -> Any:
    """The row while this worker, and no later one, has it."""
    return Job.objects.filter(pk=job.pk, status=Status.RUNNING, attempt=job.attempt)
