"""Run by R15 in a process of its own: ticks of the planner, one every few seconds beside those of
the workers. Tells the seconds of each in one JSON line, once it is told to end.

python -m tests.chaos.ticking EVERY
"""

import json
import select
import sys
import time

import django

django.setup()

from enrolment import planner  # noqa: E402
from messaging import clock  # noqa: E402


def main() -> None:
    every, seconds = float(sys.argv[1]), list[float]()
    while not select.select([sys.stdin], [], [], every)[0]:
        began = time.monotonic()
        planner.tick(now=clock.calendar_now())
        seconds.append(round(time.monotonic() - began, 4))
    sys.stdout.write(json.dumps(seconds) + "\n")


if __name__ == "__main__":
    main()
