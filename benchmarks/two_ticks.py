"""Two processes that tick at once on one table, against one of them alone.

    python -m benchmarks.run two_ticks [--people 30000] [--runs 5]

Both processes are started, connected and warmed up before anything is timed, and stay for all runs.
A run begins when they are told to go and ends when the slower one finds nothing due. The other side
is the first of the two alone, on the same people, table and batches; the second then sits idle.
Every run counts Decisions and Messages against people, and against the people they are for.
"""

import argparse
import json
import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import crowd, people  # noqa: E402
from benchmarks.figures import at_least, at_most, note  # noqa: E402

FLOOR = 1.4
_COUNTS = """
SELECT (SELECT count(*) FROM enrolment_decision),
       (SELECT count(DISTINCT enrolment_id) FROM enrolment_decision),
       (SELECT count(*) FROM messaging_message),
       (SELECT count(DISTINCT recipient_id) FROM messaging_message)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    crowd.enrol(people.fresh_database(), asked.people)

    one: list[float] = []
    two: list[float] = []
    duplicates: list[float] = []
    with ExitStack() as stack:
        both = [stack.enter_context(_process(people.DUE)) for _ in range(2)]
        for process in both:
            assert _line(process) == "ready"
        for _ in range(asked.runs):
            for side, processes in ((one, both[:1]), (two, both)):
                side.append(_rate(processes, asked.people))
                duplicates.append(_duplicates(asked.people))
        for process in both:
            _pipe(process.stdin).close()
    note("one_tick_rows_per_second", one)
    note("two_ticks_rows_per_second", two)
    quick = at_least("two_ticks_over_one", [b / a for a, b in zip(one, two, strict=True)], FLOOR)
    clean = at_most("duplicates", [max(duplicates)], 0)
    return 0 if quick and clean else 1


def _process(due: datetime) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ticking", due.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _rate(processes: "list[subprocess.Popen[str]]", expected: int) -> float:
    people.rewind()
    crowd.checkpoint()
    for process in processes:
        _pipe(process.stdin).write("go\n")
        _pipe(process.stdin).flush()
    found = [json.loads(_line(process)) for process in processes]
    assert sum(each["messages"] for each in found) == expected, found
    assert all(each["messages"] for each in found), "one process did it all"
    seconds = max(each["ended"] for each in found) - min(each["started"] for each in found)
    return float(expected / seconds)


def _duplicates(expected: int) -> int:
    """Rows too many; one that is missing ends the benchmark."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS)
        decisions, decided, messages, texted = cursor.fetchone()
    assert decided == texted == expected, (decided, texted)
    return int(decisions - decided + messages - texted)


def _line(process: "subprocess.Popen[str]") -> str:
    line = _pipe(process.stdout).readline().strip()
    assert line, "a ticking process ended early"
    return str(line)


def _pipe(stream: Any) -> Any:
    assert stream is not None
    return stream


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        connection.close()
