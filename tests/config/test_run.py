"""The run command: its choices, and the whole of it as a process."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from config import places, postgres, run, servers, valkey
from tests import prepared

#: Patience with a busy machine, no promise.
UP_SECONDS = 180


class Running:
    """`python -m config.run` on a var folder of its own."""

    def __init__(self, var: Path, **environment: str) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.endswith("_URL")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        self.var = var
        self._log = var.parent / "run.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.run"],
                cwd=places.CHECKOUT,
                env={**kept, "VAR_DIR": str(var), "DEMO": "1", "LOG_LEVEL": "INFO", **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + UP_SECONDS
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def processes(self) -> set[int]:
        """Every process of this machine that was given this var folder."""
        mark = f"VAR_DIR={self.var}".encode()
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.add(int(folder.name))
            except OSError:
                continue
        return found


@pytest.fixture
def var() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sw-") as folder:
        yield Path(folder) / "var"
        servers.discard(Path(folder) / "var")


@pytest.fixture
def first_run(var: Path) -> Iterator[Running]:
    """From nothing, as a newcomer's."""
    yield from _until_the_end(Running(var))


@pytest.fixture
def running(var: Path) -> Iterator[Running]:
    prepared.lay(var)
    yield from _until_the_end(Running(var))


def _until_the_end(started: Running) -> Iterator[Running]:
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGINT)


def held(wanted: str = "") -> AbstractContextManager[int]:
    return run.held_port(wanted)


def test_port_that_was_asked_for_and_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        with pytest.raises(run.RunRefused, match=f"Port {port} is in use; set PORT"), held(port):
            pass


def test_next_free_port_is_taken_and_said_when_none_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with held() as first, held() as second:
        assert second > first

    assert f"Port 8000 is in use; this one takes {second}." in capsys.readouterr().out


def test_port_of_a_product_that_is_still_starting_is_taken() -> None:
    """Its web process is not there yet: two that looked at once would share a port unsaid."""
    with held() as first, pytest.raises(run.RunRefused, match="is in use"), held(str(first)):
        pass

    with held(str(first)) as again:
        assert again == first


def test_web_server_listens_on_the_port_that_is_held() -> None:
    with held() as port, socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind((run.HOST, port))
        server.listen()

        with socket.create_connection((run.HOST, port), timeout=2):
            server.accept()[0].close()


@pytest.mark.parametrize("wanted", ["0", "65536", "eight", "-1"])
def test_port_that_is_none_is_refused(wanted: str) -> None:
    with pytest.raises(run.RunRefused, match="Set PORT to a number from 1 to 65535"), held(wanted):
        pass


def test_clock_runs_only_when_asked_to() -> None:
    names = [job.name for job in run.jobs(8000, "")]
    with_clock = run.jobs(8000, "20")

    assert names == ["worker", "beat", "watch", "web"]
    assert with_clock[0].command[-2:] == ["--day", "20"]


@pytest.mark.e2e
def test_ctrl_c_stops_everything_and_the_next_start_goes_on(first_run: Running, var: Path) -> None:
    first_run.wait_for("Ctrl-C stops everything")
    assert "password: " in first_run.said
    assert len(first_run.processes()) >= 4

    code = first_run.end(signal.SIGINT)

    assert code == 0, first_run.said
    assert first_run.processes() == set()
    place = places.find(var)
    assert not postgres.is_up(place)
    assert not valkey.is_up(place)
    again = Running(var)
    again.wait_for("Ctrl-C stops everything")
    assert again.end(signal.SIGTERM) == 0
    assert "password: " not in again.said


@pytest.mark.e2e
def test_death_of_the_worker_ends_the_run_and_names_it(running: Running) -> None:
    running.wait_for(" ready.")
    [worker] = [pid for pid in running.processes() if _is_main_worker(pid, running.process.pid)]

    os.kill(worker, signal.SIGKILL)
    code = running.process.wait(timeout=60)

    assert code == 1
    assert "worker ended with code -9. Its last lines:" in running.said
    assert running.processes() == set()


@pytest.mark.e2e
def test_second_run_in_the_same_place_is_refused(running: Running) -> None:
    running.wait_for("Ctrl-C stops everything")
    environment = {**os.environ, "VAR_DIR": str(running.var), "DEMO": "1"}

    second = subprocess.run(
        [sys.executable, "-m", "config.run"],
        cwd=places.CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 1
    assert "Already running at http://127.0.0.1:" in second.stderr


@pytest.mark.e2e
def test_kill_of_the_run_itself_leaves_servers_that_the_next_start_takes_over(
    running: Running, var: Path
) -> None:
    running.wait_for(" ready.")
    running.process.kill()
    running.process.wait()
    deadline = time.monotonic() + 30
    while running.processes():
        assert time.monotonic() < deadline
        time.sleep(0.1)

    again = Running(var)
    again.wait_for("Ctrl-C stops everything")

    assert again.end(signal.SIGINT) == 0
    assert not postgres.is_up(places.find(var))


def _is_main_worker(pid: int, parent: int) -> bool:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    status = Path(f"/proc/{pid}/status").read_text()
    return b"worker" in words and f"PPid:\t{parent}\n" in status
