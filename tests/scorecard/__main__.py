"""Runs the scorecard and writes docs/scorecard.md.

    python -m tests.scorecard                CHAOS=small, ci (unless told otherwise) or full
    python -m tests.scorecard R1 R6 audit    these lines; others keep what they had

A result holds as long as neither the product nor its proof has changed since its commit.

SOAK_MINUTES shortens the soak. The code is 1 where a line failed; what was not run or is not built
is told and fails nothing: nobody may call it passed.
"""

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from config import places
from tests.scorecard import machine, page, running
from tests.scorecard.lines import LINES, SIZES, Line
from tests.scorecard.running import Result
from tests.scorecard.verdict import FAILED

PAGE = places.CHECKOUT / "docs" / "scorecard.md"
FOLDER = places.CHECKOUT / "var" / "scorecard"


def main(words: list[str]) -> int:
    size = os.environ.get("CHAOS", "ci")
    unknown = set(words) - {line.key for line in LINES}
    if unknown or size not in SIZES:
        sys.stderr.write(f"Lines are R1 to R24 and audit, CHAOS is one of {', '.join(SIZES)}.\n")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    commit = machine.commit()
    kept = _kept(FOLDER / "results.jsonl", size) if words else {}
    for line in LINES:
        if not words or line.key in words:
            kept[line.key] = _one(line, size, commit)
    about = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": commit,
        "machine": machine.here().words,
    }
    PAGE.write_text(page.page(LINES, kept, size=size, **about), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(places.CHECKOUT)}\n")
    return int(any(result.state == FAILED for result in kept.values()))


def _one(line: Line, size: str, commit: str) -> Result:
    found = running.run(line, size, commit, FOLDER)
    told = json.dumps(asdict(found))
    with (FOLDER / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{told}\n")
    sys.stdout.write(f"{told}\n")
    sys.stdout.flush()
    return found


def _kept(file: Path, size: str) -> dict[str, Result]:
    """Of each line the last at this size that still holds. Nothing of a commit with changes beside
    it: nobody knows which."""
    if not file.exists():
        return {}
    found = [Result(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    last = {each.key: each for each in found if each.size == size and " " not in each.commit}
    lines = {line.key: line for line in LINES}
    return {
        key: each
        for key, each in last.items()
        if key in lines and machine.is_unchanged(each.commit, lines[key].stands_on)
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
