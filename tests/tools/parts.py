"""Run the parts of the test suite one after the other, and set their seconds against a budget."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    words: tuple[str, ...]
    budget_seconds: int


PARTS = {
    # Half of the tests each, so that what a file makes for all of its tests is made by one.
    "unit": Part(("-n", "2", "--dist", "worksteal", "-m", "not chaos and not e2e"), 360),
    # What measures a machine of its own is the scorecard's.
    "chaos": Part(("-m", "chaos and not alone"), 360),
    # A product and a browser each; a file's tests stay together.
    "e2e": Part(("-n", "2", "--dist", "loadfile", "-m", "e2e"), 360),
}
SETUP_BUDGET_SECONDS = 300


def main(names: list[str]) -> int:
    lines, failed = [], False
    # Some machines are told to keep no compiled code: then each process of ours compiles all it
    # reads, and pytest rewrites each test file, which takes ten seconds by themselves.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if started_at := os.environ.get("SETUP_STARTED"):
        seconds = time.time() - float(started_at)
        lines.append(f"set-up passed  {seconds:5.0f} s of {SETUP_BUDGET_SECONDS} s")
    for name in names:
        part = PARTS[name]
        print(f"\n== {name} ==", flush=True)
        started = time.monotonic()
        # No cover for an empty part: pytest's code for "no tests ran" is a failure here.
        code = subprocess.run([sys.executable, "-m", "pytest", "-q", *part.words]).returncode
        seconds = time.monotonic() - started
        failed |= code != 0
        late = ", over its budget" if seconds > part.budget_seconds else ""
        word = "passed" if code == 0 else "FAILED"
        lines.append(f"{name:<6}{word}  {seconds:5.0f} s of {part.budget_seconds} s{late}")
    print("\n" + "\n".join(lines))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PARTS)))
