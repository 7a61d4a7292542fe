"""Processes that send once and are killed on the way: forked from this one, which has everything
loaded, so that each is there at once.

Reads the names of fail-points, "" for none, and tells the code each process ended with.
"""

import os
import sys
from datetime import timedelta

import django

django.setup()

from messaging import draining, failpoints  # noqa: E402
from messaging.providers.registry import provider  # noqa: E402
from tests.chaos.field import ALIAS  # noqa: E402


def main() -> None:
    # The SDK loads half of itself at its first use.
    provider(ALIAS)
    for line in sys.stdin:
        sys.stdout.write(f"{_code_of(line.strip())}\n")
        sys.stdout.flush()


def _code_of(point: str) -> int:
    child = os.fork()
    if not child:
        code = 1
        try:
            failpoints.arm(point)
            draining.drain(once=True, pause=timedelta(0))
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main()
