"""docs/scorecard.md, made of what was run. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.scorecard.lines import Line
from tests.scorecard.running import Result
from tests.scorecard.verdict import FAILED, NOT_BUILT, NOT_RUN, PASSED

_HEAD = """# Scorecard

Made by `make scorecard`, never by hand. What each line does, and what was seen to fail when a guard
is taken away: [reliability.md](reliability.md).

| | |
|---|---|
| Date | {date} |
| Commit | {commit} |
| Machine | {machine} |
| Size | {size} |
| Other work | {busy} processes a core as the lines began; above 1 they wait for each other |
| Lines | {counted} |
"""
_FOOT = """
A line keeps its result as long as neither the product nor its proof has changed since its commit.

*Lost*: due, and neither with the provider nor open with a deadline. *Doubled*: taken on twice.
*Unresolved*: nobody can say; it counts as failed after 48 hours. *Unfounded*: in our books and not
in the provider's. *Not run*: nothing is said of it; it has not passed. *Not built*: there is no
proof yet.
"""
_SIZES = {
    "small": "small, as in `make test`",
    "ci": "CI: what two cores do in some hours",
    "full": "full: a night",
}
_STATES = (PASSED, FAILED, NOT_RUN, NOT_BUILT)


def page(
    lines: Sequence[Line], results: Mapping[str, Result], *, size: str, **about: object
) -> str:
    """`about`: date, commit, machine. A line without a result was not run."""
    states = Counter(_state(line, results.get(line.key)) for line in lines)
    counted = ", ".join(f"{states[state]} {state}" for state in _STATES if states[state])
    table = [
        "| | What it proves | Must be | Result | Figures | Seconds | At | Short of the line |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(line, results.get(line.key)) for line in lines),
    ]
    commands = [
        f"- {line.key}: `{results[line.key].command}`"
        for line in lines
        if line.key in results and results[line.key].command
    ]
    busy = sorted(each.busy for each in results.values() if each.command)
    shown = f"{busy[0]} to {busy[-1]}" if busy else "no"
    head = _HEAD.format(size=_SIZES[size], counted=counted, busy=shown, **about)
    told = "\n".join(["", "## Commands", "", *commands, ""]) if commands else ""
    return f"{head}\n" + "\n".join(table) + "\n" + _FOOT + told


def _row(line: Line, result: Result | None) -> str:
    state = _state(line, result)
    because = f": {_plain(result.because)}" if result and result.because else ""
    shown = f"**{state}**{because}" if state == FAILED else f"{state}{because}"
    figures = _told(result.figures) if result else ""
    seconds = str(result.seconds) if result and result.command else ""
    at = result.commit if result else ""
    cells = (line.key, line.proves, line.must, shown, figures, seconds, at, line.short_of)
    return f"| {' | '.join(cells)} |"


def _state(line: Line, result: Result | None) -> str:
    if not line.is_built:
        return NOT_BUILT
    return result.state if result else NOT_RUN


def _told(figures: Mapping[str, Any]) -> str:
    return "; ".join(f"{_plain(name)} {_value(value)}" for name, value in figures.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_plain(name)} {_value(each)}" for name, each in value.items())
        return f"({inner})"
    if isinstance(value, list):
        return "(" + ", ".join(_value(each) for each in value) + ")"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return _plain(str(value))


def _plain(words: str) -> str:
    return words.replace("_", " ").replace("|", "/").replace("\n", " ")
