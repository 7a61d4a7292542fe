"""The tick against what one would otherwise build: a Celery task for each message.

    python -m benchmarks.run celery_tick [--people 10000] [--tasks 2000] [--runs 5]

The other side (benchmarks.naive) is a real Celery worker, prefork with two processes, on the
embedded Valkey. Its queue is filled before it starts, and its rate is taken from a tenth of the
messages to the last, by counting rows, so that neither enqueueing nor its start is counted. It gets
both cores; the tick is one process. It is measured twice, with a floor for each: as Celery comes,
with a new database connection for each task, and with the connections kept from task to task.

The tick plans all of `people`, from its start to its end; the worker only `tasks` of them, which is
enough for a rate. Both write the same rows for the same people: what stands in the tables for the
first of them is read back after each side, bodies included, and compared.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks import crowd, naive, people  # noqa: E402
from benchmarks.figures import at_least, note  # noqa: E402
from enrolment import planner  # noqa: E402
from enrolment.models import Decision, Enrolment  # noqa: E402
from messaging.models import Message, MessageBody  # noqa: E402

FLOOR = 40.0
FLOOR_KEPT = 20.0
_WORKER = "-A benchmarks.naive worker --pool prefork --concurrency 2 --loglevel WARNING"
_COMPARED = 200
_LOOK_SECONDS = 0.05
_GIVE_UP_SECONDS = 120


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    crowd.enrol(people.fresh_database(), asked.people)
    # A mistake of the task would else show in its worker's log only.
    naive.send_due(Enrolment.objects.earliest("id").pk, people.DUE.isoformat())

    tick, celery, kept = [], [], []
    tasks = min(asked.tasks, asked.people)
    for _ in range(asked.runs):
        _rewind()
        celery.append(_celery_rate(tasks, keep=""))
        theirs = _written()
        _rewind()
        tick.append(_tick_rate(asked.people))
        assert theirs == _written(), "the two sides did not write the same"
        _rewind()
        kept.append(_celery_rate(tasks, keep="1"))
    note("tick_messages_per_second", tick)
    note("celery_messages_per_second", celery)
    note("celery_kept_messages_per_second", kept)
    passed = [
        at_least("tick_over_celery", _ratios(tick, celery), FLOOR),
        at_least("tick_over_celery_kept", _ratios(tick, kept), FLOOR_KEPT),
    ]
    return 0 if all(passed) else 1


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def _rewind() -> None:
    people.rewind()
    crowd.checkpoint()


def _tick_rate(expected: int) -> float:
    started = time.perf_counter()
    done = planner.tick(now=people.DUE)
    seconds = time.perf_counter() - started
    assert done.messages == expected, done
    return expected / seconds


def _celery_rate(expected: int, *, keep: str) -> float:
    _fill(expected)
    start = expected // 10
    with _worker(keep):
        first = _when(start)
        last = _when(expected)
    assert Decision.objects.count() == Message.objects.count() == expected
    return (last[1] - first[1]) / (last[0] - first[0])


def _fill(expected: int) -> None:
    naive.app.control.purge()
    due = people.DUE.isoformat()
    for enrolment_id in Enrolment.objects.order_by("id").values_list("id", flat=True)[:expected]:
        naive.send_due.delay(enrolment_id, due)


@contextmanager
def _worker(keep: str) -> Iterator[None]:
    with (Path(settings.VAR_DIR) / "log" / "naive.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", *_WORKER.split()],
            stdout=log,
            stderr=log,
            env={**os.environ, "KEEP_CONNECTIONS": keep},
        )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def _when(expected: int) -> tuple[float, int]:
    """When at least so many messages stood in the table, and how many they were then."""
    give_up = time.monotonic() + _GIVE_UP_SECONDS
    while time.monotonic() < give_up:
        found = Message.objects.count()
        if found >= expected:
            return time.perf_counter(), found
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"{expected} messages did not come; log/naive.log says why")


def _written() -> list[tuple[Any, ...]]:
    """What stands in the tables for the first people, without ids and machine time."""
    first = Enrolment.objects.order_by("id")[:_COMPARED].values_list("id", flat=True)
    decisions = Decision.objects.filter(enrolment__in=list(first)).order_by("enrolment_id")
    rows = decisions.values_list(
        "enrolment__planned_through", "enrolment__next_due_at", "enrolment__load_day",
        "enrolment__load", "enrolment__last_text_at", "enrolment__status", "enrolment_id",
        "attempt", "step_key", "occurrence", "version_id", "due_at", "local_date", "outcome",
        "reason", "text_key", "variant", "decided_at", "available",
    )  # fmt: skip
    return [*rows, *_texts([str(key) for key in decisions.values_list("id", flat=True)])]


def _texts(causes: list[str]) -> list[tuple[Any, ...]]:
    messages = Message.objects.filter(cause_kind="decision", cause_key__in=causes)
    rows = messages.order_by("recipient_id").values_list(
        "organisation_id", "sender_id", "recipient_id", "kind", "priority", "status",
        "status_reason", "not_before", "valid_until", "hours_start", "hours_end", "zone",
        "segments", "encoding", "is_test", "is_approved", "created_at", "settled_at",
    )  # fmt: skip
    bodies = MessageBody.objects.filter(message__in=messages).order_by("message__recipient_id")
    return [*rows, *((body.text,) for body in bodies)]


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
