"""Writes what benchmarks print into the table of docs/performance.md, between its two marks.

    python -m benchmarks.run day | python -m benchmarks.page

Hands every line on. A figure that was there before is replaced, the others keep their row with the
day, commit and machine it was measured on; the text around the marks is nobody's but its writer's.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.scorecard import machine

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures: made by make bench -->", "<!-- figures end -->"
#: What is wished for beyond the floor, which each benchmark prints itself.
AIMS = {
    "tick_over_limit": 0.75,
    "tick_over_celery": 60.0,
    "dispatch_over_ideal": 0.90,
    "dispatch_over_celery": 45.0,
    "inbound_over_no_op": 0.25,
}
_HEAD = (
    "| Figure | Measured | Runs | Must be | Aim | Asked for | Busy | Day | Commit | Machine |",
    "|---|---|---|---|---|---|---|---|---|---|",
)
_NAME = re.compile(r"\| `(\w+)` \|")

Row = str


def main() -> int:
    rows = rows_of(_handed_on(sys.stdin), about=_about())
    if rows:
        PAGE.write_text(with_rows(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8")
    return 0


def rows_of(lines: Iterable[str], *, about: str) -> dict[str, Row]:
    """By the figure's name. What the benchmarks say before each of them goes with its figures."""
    found: dict[str, Row] = {}
    asked, busy = "", ""
    for line in lines:
        told = _figure(line)
        if told is None:
            continue
        if told["figure"] == "machine_busy_before":
            asked, busy = told.get("options") or "as it comes", f"{told['value']:.2f}"
            continue
        found[told["figure"]] = _row(told, asked, busy, about)
    return found


def with_rows(text: str, rows: Mapping[str, Row]) -> str:
    """The page with these rows, in the places of those of the same name or behind the others."""
    before, begin, rest = text.partition(BEGIN)
    kept, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"docs/performance.md has lost its marks: {BEGIN} and {END}")
    old = {found[1]: line for line in kept.splitlines() if (found := _NAME.match(line))}
    table = "\n".join([*_HEAD, *{**old, **rows}.values()])
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _figure(line: str) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "figure" in told and "value" in told else None


def _row(told: Mapping[str, Any], asked: str, busy: str, about: str) -> Row:
    name, value = str(told["figure"]), float(told["value"])
    runs = [float(each) for each in told.get("runs", [])]
    shown, must = _number(value), ""
    if "floor" in told:
        must = f"{_number(told['floor'])} or more"
        shown += "" if value >= told["floor"] else ", **below its floor**"
    if "ceiling" in told:
        must = f"{_number(told['ceiling'])} or less"
        shown += "" if value <= told["ceiling"] else ", **above its ceiling**"
    between = f"{len(runs)}: {_number(min(runs))} - {_number(max(runs))}" if runs else ""
    aim = _number(AIMS[name]) if name in AIMS else ""
    return f"| `{name}` | {shown} | {between} | {must} | {aim} | {asked} | {busy} | {about} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _about() -> str:
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    return f"{day} | {machine.commit()} | {machine.here().words}"


def _handed_on(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        sys.stdout.write(line)
        sys.stdout.flush()
        yield line


if __name__ == "__main__":
    sys.exit(main())
