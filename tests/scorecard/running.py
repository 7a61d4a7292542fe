"""A line of the scorecard run in a process of its own: one that breaks or hangs is a line that
failed, and the others go on."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from config import places
from tests.scorecard import machine, verdict
from tests.scorecard.lines import SIZES, Line, environment
from tests.scorecard.verdict import Verdict

_GRACE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Result:
    key: str
    size: str
    commit: str
    at: str
    #: Processes for each core that wanted one when it began.
    busy: float
    seconds: int
    command: str
    state: str
    figures: dict[str, object] = field(default_factory=dict)
    because: str = ""


def command(line: Line, size: str) -> str:
    """As somebody else would type it."""
    words = " ".join(f"{name}={value}" for name, value in environment(size).items())
    if line.program:
        return f"CHAOS={size} .venv/bin/python -m {line.program}"
    return f"{words} .venv/bin/python -m pytest -s {' '.join(line.nodes)}"


def run(line: Line, size: str, commit: str, folder: Path) -> Result:
    """`folder` takes what the line printed, and pytest's report."""
    began = time.monotonic()
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    busy = machine.busy()
    found = _run(line, size, folder) if line.is_built else Verdict(verdict.NOT_BUILT)
    return Result(
        key=line.key,
        size=size,
        commit=commit,
        at=at,
        busy=busy,
        seconds=round(time.monotonic() - began),
        command=command(line, size) if line.is_built else "",
        state=found.state,
        figures=dict(found.figures),
        because=found.because,
    )


def _run(line: Line, size: str, folder: Path) -> Verdict:
    report, log = folder / f"{line.key}.xml", folder / f"{line.key}.log"
    report.unlink(missing_ok=True)
    words = ("-m", line.program) if line.program else _pytest(line, report)
    minutes = line.minutes[SIZES.index(size)]
    code = _code_of(words, {**os.environ, **environment(size)}, log, 60 * minutes)
    printed = log.read_text(encoding="utf-8", errors="replace")
    if code is None:
        return Verdict(
            verdict.FAILED, verdict.figures_in(printed), f"not done after {minutes} minutes"
        )
    if line.program:
        return verdict.of_program(code, printed)
    root = ElementTree.parse(report).getroot() if report.exists() else None
    return verdict.of_tests(root, code, printed)


def _pytest(line: Line, report: Path) -> tuple[str, ...]:
    return ("-m", "pytest", "-q", "-s", "--junit-xml", str(report), *line.nodes)


def _code_of(
    words: tuple[str, ...], its_environment: dict[str, str], log: Path, seconds: float
) -> int | None:
    """None where it was ended for taking too long: asked first, so that what it started goes."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=places.CHECKOUT, env=its_environment,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True, preexec_fn=_hear_interrupts,
        )  # fmt: skip
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return None
        except KeyboardInterrupt:
            _end(process)
            raise


def _hear_interrupts() -> None:
    """Whoever starts this in the background hands on that they be ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
