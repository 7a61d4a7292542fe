"""The process that answers texts beside the web server, as a worker's task does, again and again.

Reads a line, how many texts there will be; says when the last of them was answered, by the
machine's own clock.
"""

import sys
import time

import django

django.setup()

from enrolment import replies  # noqa: E402
from messaging import clock, hints  # noqa: E402


def main() -> None:
    for line in sys.stdin:
        left = int(line)
        while left > 0:
            looked = time.monotonic()
            left -= replies.answer_pending(now=clock.calendar_now())
            answered = time.monotonic()
            if left > 0:
                # As often as the web server's hints come.
                time.sleep(max(0.0, looked + hints.EVERY_SECONDS - answered))
        sys.stdout.write(f"{answered}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
