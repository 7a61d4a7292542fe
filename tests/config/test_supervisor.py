"""Small programs under the supervisor, as the run command keeps its large ones."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import places
from config.supervisor import Job, Supervisor

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(15, 1); print('up', flush=True); time.sleep(60)"


def job(name: str, code: str) -> Job:
    return Job(name, [sys.executable, "-c", code])


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(tmp_path: Path, out: io.StringIO) -> Iterator[Supervisor]:
    made = Supervisor(os.environ, tmp_path, out)
    yield made
    made.stop()


def wait_for(text: str, out: io.StringIO) -> None:
    deadline = time.monotonic() + 20
    while text not in out.getvalue():
        assert time.monotonic() < deadline, out.getvalue()
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """A process that ended but was not collected by its new parent yet is not alive."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_death_of_a_child_is_told_with_its_last_lines(
    supervisor: Supervisor, out: io.StringIO
) -> None:
    supervisor.start(job("steady", SLEEPER))
    supervisor.start(job("weak", "print('first'); print('the reason'); raise SystemExit(3)"))

    code = supervisor.watch()

    assert code == 1
    told = out.getvalue().partition("weak ended with code 3")[2]
    assert "    first\n    the reason\n" in told


def test_a_child_that_ends_well_has_ended_too(supervisor: Supervisor) -> None:
    supervisor.start(job("brief", "pass"))

    assert supervisor.watch() == 1


def test_lines_carry_their_name_and_are_kept(
    supervisor: Supervisor, out: io.StringIO, tmp_path: Path
) -> None:
    supervisor.start(job("worker", SLEEPER))

    wait_for("worker | up\n", out)

    assert (tmp_path / "worker.log").read_text() == "up\n"


def test_stop_leaves_no_grandchild(supervisor: Supervisor, out: io.StringIO) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('pid', child.pid, flush=True); time.sleep(60)"
    )
    supervisor.start(job("parent", code))
    wait_for("pid ", out)
    pid = int(out.getvalue().split("pid ")[1].split()[0])

    supervisor.stop()

    wait_until_gone(pid)


def test_first_started_stops_first(supervisor: Supervisor, out: io.StringIO) -> None:
    for name in ("one", "two"):
        code = (
            "import signal, sys, time\n"
            "def end(*_): print('bye', flush=True); sys.exit()\n"
            "signal.signal(15, end); print('up', flush=True); time.sleep(60)"
        )
        supervisor.start(job(name, code))
    wait_for("one    | up", out)
    wait_for("two    | up", out)

    supervisor.stop()

    assert out.getvalue().index("one    | bye") < out.getvalue().index("two    | bye")


def test_second_signal_kills_at_once(supervisor: Supervisor, out: io.StringIO) -> None:
    supervisor.start(job("deaf", DEAF))
    wait_for("up", out)
    before = {number: signal.getsignal(number) for number in (2, 15, 1)}
    supervisor.listen()
    try:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        started = time.monotonic()

        assert supervisor.watch() == 0
        supervisor.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert time.monotonic() - started < 10
    assert "was killed" in out.getvalue()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the leash is Linux's")
def test_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from config.supervisor import Job, Supervisor\n"
        "supervisor = Supervisor(os.environ, Path(sys.argv[1]), sys.stdout)\n"
        "nap = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "supervisor.start(Job('nap', [sys.executable, '-c', nap]))\n"
        "supervisor.watch()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=places.CHECKOUT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    pid = int(process.stdout.readline().split()[-1])

    process.kill()
    process.communicate()

    wait_until_gone(pid)
