"""A day passed by the phone page's clock, against the same day settled after every quarter hour.

    python -m benchmarks.run day [--people 3] [--runs 5]

Both sides step the calendar a quarter of an hour at a time; ours settles only after a quarter in
which something came due, the other after each of the 96. People are on their first days of the
shipped mCessation, and every run passes days of its own: the calendar never goes back.
"""

import argparse
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import people  # noqa: E402
from benchmarks.figures import at_most, note  # noqa: E402
from enrolment import pacing  # noqa: E402
from messaging import clock  # noqa: E402

CEILING = 0.6
_STEPS = 24 * 60 // pacing.STEP_MINUTES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    people.enrol(people.fresh_database(), asked.people)
    _settle_each()
    ours, theirs = [], []
    for _ in range(asked.runs):
        ours.append(_seconds(lambda: pacing.advance(minutes=24 * 60)))
        theirs.append(_seconds(_settle_each))
    note("day_seconds", ours)
    note("day_settled_each_quarter_seconds", theirs)
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return 0 if at_most("day_over_settling_each_quarter", ratios, CEILING) else 1


def _settle_each() -> None:
    for _ in range(_STEPS):
        clock.step(minutes=pacing.STEP_MINUTES)
        pacing.settle()


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
