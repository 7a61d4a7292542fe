"""A process that ticks when it is told to: one tick for each line on its input.

Says `ready`, then a line of JSON a tick: the messages written and, on the machine's own clock that
all its processes share, when the tick began and ended. For benchmarks.two_ticks.
"""

import json
import sys
import time
from datetime import datetime, timedelta

import django

django.setup()

from benchmarks import people  # noqa: E402
from campaigns.compiling import content_of  # noqa: E402
from campaigns.models import CampaignVersion  # noqa: E402
from enrolment import planner  # noqa: E402


def main() -> None:
    due = datetime.fromisoformat(sys.argv[1])
    for version in CampaignVersion.objects.filter(status="published"):
        content_of(version.pk)
    assert not planner.tick(now=people.BEFORE - timedelta(days=1)).enrolments
    _say("ready")
    for _ in sys.stdin:
        started = time.monotonic()
        messages = planner.tick(now=due).messages
        ended = time.monotonic()
        _say(json.dumps({"messages": messages, "started": started, "ended": ended}))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
