"""Long work: taken once, stopped at any time, taken over from the dead."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from campaigns import jobs
from campaigns.jobs import JobOver, Progress
from campaigns.models import Job
from tests import worlds
from trust.models import AuditEvent
from trust.models.machine_time import MachineNow

pytestmark = pytest.mark.django_db

KIND = "counting"


def begun() -> Job:
    return jobs.start(campaign=worlds.campaign(), kind=KIND, detail={}, actor=None)


def run(worker: jobs.Worker) -> bool:
    return jobs.run_next(workers={KIND: worker})


def finishing(job: Job, progress: Progress) -> None:
    progress(10, 10)
    jobs.finish(job=job)


def test_job_is_done_once() -> None:
    job = begun()

    assert run(finishing)
    assert not run(finishing)
    job.refresh_from_db()
    assert (job.status, job.percent, job.attempt) == ("done", 100, 1)
    assert job.ended_at is not None
    assert [event.verb for event in AuditEvent.objects.filter(subject_id=str(job.pk))] == [
        "job.start"
    ]


def test_job_of_another_floor_is_left_to_it() -> None:
    begun()

    assert not jobs.run_next(workers={"something else": finishing})


def test_progress_is_seen_while_it_works() -> None:
    begun()
    seen: list[int] = []

    def half(job: Job, progress: Progress) -> None:
        progress(5, 10)
        seen.append(Job.objects.get(pk=job.pk).percent)
        finishing(job, progress)

    run(half)

    assert seen == [50]


def test_stopped_job_stops_at_its_next_word() -> None:
    begun()
    reached: list[str] = []

    def stopped(job: Job, progress: Progress) -> None:
        jobs.stop(job=job, actor=None)
        progress(1, 10)
        reached.append("went on")

    assert run(stopped)
    assert reached == []
    assert Job.objects.get().status == "stopped"


def test_stopped_job_can_not_finish() -> None:
    job = begun()
    jobs.stop(job=job, actor=None)

    with pytest.raises(JobOver):
        jobs.finish(job=job)
    assert not run(finishing)
    assert not jobs.stop(job=job, actor=None)


def test_worker_that_breaks_down_fails_its_job_alone() -> None:
    first, second = begun(), begun()

    def broken(job: Job, progress: Progress) -> None:
        raise ZeroDivisionError

    run(broken)
    run(finishing)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("failed", "done")
    assert "Nothing was changed" in first.trouble or "nothing was changed" in first.trouble


def test_job_of_a_dead_worker_goes_on_at_its_cursor() -> None:
    job = begun()

    def dies(job: Job, progress: Progress) -> None:
        progress(3, 10, {"row": 3})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(dies)
    assert not run(finishing), "its lease still runs"
    Job.objects.update(leased_until=MachineNow() - timedelta(seconds=1))
    went_on: list[dict[str, int]] = []

    def goes_on(job: Job, progress: Progress) -> None:
        went_on.append(job.cursor)
        finishing(job, progress)

    assert run(goes_on)
    job.refresh_from_db()
    assert went_on == [{"row": 3}]
    assert (job.status, job.attempt) == ("done", 2)


def fails_with(code: str) -> jobs.Worker:
    """As the database undoes what one of two workers in each other's way did."""

    def worker(job: Job, progress: Progress) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"do $$ begin raise exception using errcode = '{code}'; end $$")

    return worker


@pytest.mark.parametrize("code", ["40P01", "40001"])
def test_job_that_met_what_passes_is_begun_again_later(code: str) -> None:
    job = begun()

    assert run(fails_with(code))
    assert not run(finishing), "it waits"
    job.refresh_from_db()
    assert (job.status, job.leased_until) == ("waiting", None)
    Job.objects.update(not_before=MachineNow() - timedelta(seconds=1))

    assert run(finishing)
    job.refresh_from_db()
    assert (job.status, job.attempt, job.not_before) == ("done", 2, None)


def test_what_never_passes_fails_the_job_after_three_tries() -> None:
    job = begun()
    waits: list[datetime] = []
    for _ in range(3):
        Job.objects.update(not_before=None)
        assert run(fails_with("40P01"))
        job.refresh_from_db()
        waits += [job.not_before] if job.not_before else []

    assert job.status == "failed"
    assert "three times" in job.trouble
    assert len(waits) == 2
    assert waits[1] - waits[0] > timedelta(seconds=4), "each wait is longer"


def test_other_trouble_of_the_database_fails_at_once() -> None:
    job = begun()

    run(fails_with("53200"))

    job.refresh_from_db()
    assert job.status == "failed"


def test_job_put_off_lets_others_pass() -> None:
    begun()
    second = begun()
    run(fails_with("40P01"))

    assert run(finishing)
    second.refresh_from_db()
    assert second.status == "done"


def test_worker_taken_for_dead_writes_nothing_any_more() -> None:
    begun()

    def slow(job: Job, progress: Progress) -> None:
        Job.objects.update(leased_until=MachineNow() - timedelta(seconds=1))
        assert run(finishing)
        with pytest.raises(JobOver):
            progress(1, 10)
        jobs.finish(job=job)

    run(slow)

    assert Job.objects.get().attempt == 2


def test_job_that_kills_its_workers_is_given_up() -> None:
    job = begun()
    Job.objects.update(status="running", attempt=3, leased_until=MachineNow() - timedelta(hours=1))

    assert not run(finishing)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "three times" in job.trouble


def test_long_job_is_done_in_portions() -> None:
    job = begun()

    def portion(job: Job, progress: Progress) -> None:
        row = job.cursor.get("row", 0) + 1
        progress(row, 5, {"row": row})
        if row == 5:
            jobs.finish(job=job)

    assert [run(portion) for _ in range(6)] == [True] * 5 + [False]
    job.refresh_from_db()
    assert (job.status, job.done, job.attempt) == ("done", 5, 5)


def test_job_that_gets_no_further_is_given_up() -> None:
    job = begun()

    def idle(job: Job, progress: Progress) -> None:
        progress(1, 5)

    assert [run(idle) for _ in range(4)] == [True, True, True, False]
    job.refresh_from_db()
    assert job.status == "failed"


def test_every_move_is_a_legal_one() -> None:
    assert set(Job.MOVES) == set(Job.Status.values)
    for status in Job.Status.values:
        assert bool(Job.MOVES[status]) == (status in Job.OPEN)
