"""The process that answers texts beside the web server, as a worker's task does, again and again.

Reads a line, how many texts there will be; says when the last of them was answered, by the
machine's own clock.
"""

import sys
import time

import django

django.setup()

from enrolment import replies  # noqa: E402
from messaging import clock  # noqa: E402

_IDLE_SECONDS = 0.005


def main() -> None:
    for line in sys.stdin:
        left = int(line)
        while left > 0:
            answered = replies.answer_pending(now=clock.calendar_now())
            left -= answered
            if not answered:
                time.sleep(_IDLE_SECONDS)
        sys.stdout.write(f"{time.monotonic()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
