"""A backlog drained in one go: does the last tenth go as quickly as the first?

    python -m benchmarks.run backlog [--people 500000] [--runs 3]

Both sides are the same tick, timed by tenths: as the backlog shrinks, dead index entries pile up
where the claim looks, and the tables written to grow. Nothing is vacuumed by hand meanwhile; the
database's own autovacuum does as it likes. Also told, not judged: what an idle tick costs straight
after the drain, before any vacuum.
"""

import argparse
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import crowd, people  # noqa: E402
from benchmarks.figures import at_least, note  # noqa: E402
from enrolment import planner  # noqa: E402
from enrolment.models import Decision  # noqa: E402
from messaging.models import Message  # noqa: E402

FLOOR = 0.9
_TENTHS = 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    crowd.enrol(people.fresh_database(), asked.people)

    whole, ratios, idle = [], [], []
    for _ in range(asked.runs):
        people.rewind()
        crowd.checkpoint()
        seconds = _drain(asked.people // _TENTHS)
        idle.append(_idle())
        assert Decision.objects.count() == Message.objects.count() == asked.people
        whole.append(asked.people / sum(seconds))
        ratios.append(seconds[0] / seconds[-1])
    note("backlog_rows_per_second", whole)
    note("idle_tick_after_backlog_ms", idle)
    return 0 if at_least("backlog_last_over_first", ratios, FLOOR) else 1


def _drain(tenth: int) -> list[float]:
    """Seconds for each tenth."""
    seconds = []
    for _ in range(_TENTHS):
        started = time.perf_counter()
        done = planner.tick(now=people.DUE, limit=tenth)
        seconds.append(time.perf_counter() - started)
        assert done.messages == tenth, done
    return seconds


def _idle() -> float:
    """Milliseconds of the first idle tick."""
    started = time.perf_counter()
    assert not planner.tick(now=people.DUE).enrolments
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
