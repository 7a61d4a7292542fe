"""Places where a chaos test ends this very process, as kill -9 would at the worst moment.

FAIL_AT names one, and counts only with DEMO=1: no real installation can be ended so. Where none is
named a place costs the comparison of two texts, a twentieth of a microsecond.
"""

import os
import signal

#: In the order of a text's way.
POINTS = (
    "attempt.before_commit",
    "attempt.after_commit",
    "call.before",
    "call.after",
    "settle.before",
    "settle.before_commit",
    "settle.after_commit",
    "lost.after_commit",
    "report.stored",
    "fold.before_commit",
    "fold.after_commit",
    "inbound.stored",
)

_armed = ""


def arm(name: str) -> None:
    """Without DEMO=1 nothing is armed."""
    global _armed
    _armed = name if os.environ.get("DEMO") == "1" else ""


def reached(name: str) -> None:
    if name == _armed:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("FAIL_AT", ""))
