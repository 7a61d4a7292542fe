"""Child processes under one roof: prefixed lines, one end for all, nothing left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

_LAST_LINES = 15
_GRACE_SECONDS = 20.0
_DRAIN_SECONDS = 2.0
_BIG_LOG_BYTES = 10 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    command: Sequence[str]


class Child:
    """One running job; its words go to the terminal, to its log, and the last are remembered."""

    def __init__(self, job: Job, environment: Mapping[str, str], logs: Path, out: TextIO) -> None:
        self.name = job.name
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._out = out
        self._log = _opened_log(logs / f"{job.name}.log")
        self._process = subprocess.Popen(
            job.command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C reaches the supervisor only, which keeps the order.
            start_new_session=True,
            preexec_fn=_LEASH,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def code(self) -> int | None:
        return self._process.poll()

    def ask_to_end(self) -> None:
        if self.code is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then kill it and whatever it has started."""
        try:
            self._process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._say(f"did not stop in {_GRACE_SECONDS:.0f} s and was killed")
        self._kill_group()
        self._process.wait()
        self.drain()
        self._log.close()

    def drain(self) -> None:
        """Let the last words arrive."""
        self._reader.join(timeout=_DRAIN_SECONDS)

    def _kill_group(self) -> None:
        # PermissionError is macOS's, for a group of which only an uncollected process is left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self) -> None:
        stream: IO[bytes] | None = self._process.stdout
        assert stream is not None
        with stream:
            for raw in stream:
                self._say(raw.decode("utf-8", "replace").rstrip())

    def _say(self, line: str) -> None:
        self.last_lines.append(line)
        # A terminal that was closed must not stop the reading, or the child would hang on it.
        with suppress(OSError, ValueError):
            self._out.write(f"{self.name:<7}| {line}\n")
            self._out.flush()
        if not self._log.closed:
            self._log.write(f"{line}\n")
            self._log.flush()


class Supervisor:
    """Starts jobs in the order given and stops them in it: the first started stops first."""

    def __init__(self, environment: Mapping[str, str], logs: Path, out: TextIO) -> None:
        self._environment = environment
        self._logs = logs
        self._out = out
        self._children: list[Child] = []
        self._signals = 0

    def listen(self) -> None:
        """From here on SIGINT and SIGTERM mean: stop all, in order. A second one: at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        # Under nohup it is ignored, and shall stay so.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._on_signal)

    @property
    def is_ending(self) -> bool:
        return self._signals > 0

    def start(self, job: Job) -> None:
        self._children.append(Child(job, self._environment, self._logs, self._out))

    def watch(self, until: Callable[[], bool] = lambda: False) -> int | None:
        """0 when told to end, 1 when a child died (told on `out`), None when `until` is true."""
        while not self.is_ending:
            for child in self._children:
                if child.code is not None:
                    self._report(child)
                    return 1
            if until():
                return None
            time.sleep(0.1)
        return 0

    def stop(self) -> None:
        for child in self._children:
            child.ask_to_end()
            deadline = time.monotonic() + _GRACE_SECONDS
            while child.code is None and time.monotonic() < deadline and self._signals < 2:
                time.sleep(0.05)
            child.end(time.monotonic())
        self._children.clear()

    def _on_signal(self, number: int, frame: object) -> None:
        self._signals += 1

    def _report(self, child: Child) -> None:
        child.drain()
        lines = "\n".join(f"    {line}" for line in child.last_lines)
        self._out.write(f"\n{child.name} ended with code {child.code}. Its last lines:\n{lines}\n")
        self._out.flush()


def _opened_log(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _BIG_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("a", encoding="utf-8")


def _leash() -> Callable[[], None] | None:
    """On Linux a child is told to end when the supervisor is killed; elsewhere it is not."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


_LEASH = _leash()
