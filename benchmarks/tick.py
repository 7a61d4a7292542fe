"""The tick against its limit: raw psycopg that claims, copies and updates the same rows.

    python -m benchmarks.run tick [--people 10000] [--runs 7]

Both sides run interleaved in one process, on the same tables and in the same batches. The limit has
nothing to decide: no journey, no wording, no encryption (its sealed bodies are ready-made bytes of
the same length), and it writes its COPY lines as text. A row is one person planned: one Decision,
one Message, one sealed body, one enrolment moved on. Prints one JSON line a figure.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from psycopg import connect  # noqa: E402

from benchmarks import people  # noqa: E402
from benchmarks.limit import drain  # noqa: E402
from benchmarks.stopwatch import Stopwatch  # noqa: E402
from enrolment import claiming, journey, planner, writing  # noqa: E402
from enrolment.models import Decision  # noqa: E402
from messaging import outbox  # noqa: E402
from messaging.models import Message  # noqa: E402

BATCH = 1000
FLOOR = 0.60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    people.enrol(people.fresh_database(), asked.people)

    engine, limit, ratios = [], [], []
    for _ in range(asked.runs):
        limit.append(_rate(_limit, asked.people))
        engine.append(_rate(_engine, asked.people))
        ratios.append(engine[-1] / limit[-1])
    ratio = statistics.median(ratios)
    _say("limit_rows_per_second", statistics.median(limit))
    _say("tick_rows_per_second", statistics.median(engine))
    _say("tick_over_limit", ratio, floor=FLOOR, runs=[round(found, 3) for found in ratios])
    _say_where_the_rest_goes(asked.people)
    return 0 if ratio >= FLOOR else 1


def _rate(side: Callable[[], int], expected: int) -> float:
    people.rewind()
    started = time.perf_counter()
    done = side()
    seconds = time.perf_counter() - started
    written = Decision.objects.count(), Message.objects.count()
    assert (done, *written) == (expected,) * 3, (done, written)
    return done / seconds


def _engine() -> int:
    return planner.tick(now=people.DUE, batch=BATCH).messages


def _limit() -> int:
    at = settings.DATABASES["default"]
    with connect(
        dbname=at["NAME"], user=at["USER"], host=at["HOST"], port=at["PORT"] or None
    ) as raw:
        return drain(raw, due=people.DUE, batch=BATCH)


def _say_where_the_rest_goes(count: int) -> None:
    """One more run of the engine with a stopwatch on its parts; the watch itself costs a little."""
    people.rewind()
    watch = Stopwatch()
    with (
        watch.on(claiming, "claim", of=planner),
        watch.on(journey, "plan"),
        watch.on(planner, "text_of"),
        watch.on(writing, "_copy_decisions"),
        watch.on(outbox, "queue_many"),
        watch.on(planner, "advance"),
    ):
        started = time.perf_counter()
        _engine()
        whole = time.perf_counter() - started
    for name, seconds in watch.seconds.items():
        _say(f"share_{name}", seconds / whole, microseconds_a_row=round(seconds / count * 1e6, 1))


def _say(figure: str, value: float, **more: object) -> None:
    sys.stdout.write(json.dumps({"figure": figure, "value": round(value, 3), **more}) + "\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
