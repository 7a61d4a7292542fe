import os
import signal
import subprocess
import sys

from config import places

_REACH = "from messaging import failpoints; failpoints.reached('call.before')"


def _code_of(**environment: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", _REACH],
        cwd=places.CHECKOUT,
        env={"PATH": os.environ["PATH"], **environment},
        check=False,
    ).returncode


def test_reached_named_in_the_demo_ends_the_process() -> None:
    assert _code_of(DEMO="1", FAIL_AT="call.before") == -signal.SIGKILL


def test_reached_named_outside_the_demo_does_nothing() -> None:
    assert _code_of(FAIL_AT="call.before") == 0


def test_reached_not_named_does_nothing() -> None:
    assert _code_of(DEMO="1", FAIL_AT="call.after") == 0
