"""The processes that send, as they run in production, each a process group that can be killed.

What ends by itself is started again by `mend`, as the service that runs `config.run` would.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from config import places
from config.queues import QUEUES
from config.run import GIVES_WAY

Process = subprocess.Popen
_PATIENCE = 60.0
_PYTHON = (sys.executable, "-W", "ignore:You're running the worker")
_CELERY = (*_PYTHON, "-m", "celery", "--quiet", "--app", "tests.chaos.app")


def worker(name: str) -> tuple[str, ...]:
    """All queues, with the options of `config.run`."""
    quiet = ("--without-mingle", "--without-gossip", "--concurrency", "2", "--pool", "prefork")
    command = (*GIVES_WAY, *_CELERY, "worker", "--queues", ",".join(QUEUES))
    return (*command, *quiet, "--hostname", f"{name}@here")


BEAT = (*_CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", "")
DYING = (sys.executable, "-m", "tests.chaos.dying")


def web(port: int) -> tuple[str, ...]:
    granian = (sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws")
    options = ("--blocking-threads", "16", "--log-level", "warning", "--host", "127.0.0.1")
    return (*granian, *options, "--port", str(port), "config.wsgi:application")


class Engine:
    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self.environment = dict(environment)
        self.log = log
        self.restarts = 0
        self._commands: dict[str, tuple[str, ...]] = {}
        self._running: dict[str, Process[bytes]] = {}

    def only(self, commands: Mapping[str, tuple[str, ...]]) -> None:
        """These, and the web server: others are ended, what runs goes on."""
        for name in self._running.keys() - commands.keys() - {"web"}:
            self.kill(name)
        for name, command in commands.items():
            if name not in self._running:
                self.start(name, command)

    def start(self, name: str, command: tuple[str, ...], **more: str) -> None:
        """`more` goes into its environment."""
        self._commands[name] = command
        with self.log.open("ab") as log:
            self._running[name] = Process(
                command,
                cwd=places.CHECKOUT,
                env={**self.environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def again(self, name: str) -> None:
        self.start(name, self._commands[name])

    @property
    def names(self) -> list[str]:
        """Of what runs."""
        return list(self._running)

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def children(self, name: str) -> list[int]:
        """What it has forked: a worker's pool."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
        ).stdout
        pairs = [line.split() for line in listed.splitlines()]
        return [int(pid) for pid, parent in pairs if int(parent) == self.pid(name)]

    def kill(self, name: str) -> None:
        """kill -9 of the whole group."""
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self, name: str) -> None:
        """Politely, then not."""
        process = self._running[name]
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        self.kill(name)

    def end_all(self) -> None:
        for name in list(self._running):
            self.kill(name)

    def died(self, name: str) -> int | None:
        """The code it ended with by itself."""
        return self._running[name].poll()

    def mend(self) -> None:
        """Starts again what ended by itself."""
        for name in list(self._running):
            if self.died(name) is not None:
                self.kill(name)
                self.again(name)
                self.restarts += 1

    def wait_until(
        self, condition: Callable[[], bool], what: str, *, seconds: float = _PATIENCE
    ) -> float:
        """Seconds it took. Mends meanwhile."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > seconds:
                raise AssertionError(f"{what} took more than {seconds:.0f} s\n{self.last_words()}")
            self.mend()
            time.sleep(0.1)
        return time.monotonic() - began

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""


class Dying:
    """See tests.chaos.dying."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.log.open("ab") as log:
            self._process = Process(
                DYING,
                cwd=places.CHECKOUT,
                env=engine.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                text=True,
            )

    def send(self, point: str = "") -> None:
        """Sends what is due and settles what can be settled, until it ends or dies at `point`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{point}\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline() or "1")
        expected = -signal.SIGKILL if point else 0
        assert code == expected, f"{point}: ended with {code}\n{self._engine.last_words()}"

    def __enter__(self) -> "Dying":
        return self

    def __exit__(self, *raised: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(_PATIENCE)
        self._process.stdout.close()


def answers(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/admin/login/")
        line.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
    return True
