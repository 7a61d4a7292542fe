"""One JSON line a figure: a median over runs, and the bound that it must keep, if it has one."""

import json
import statistics
import sys
from collections.abc import Sequence


def say(figure: str, value: float, **more: object) -> None:
    sys.stdout.write(json.dumps({"figure": figure, "value": round(value, 3), **more}) + "\n")
    sys.stdout.flush()


def note(figure: str, runs: Sequence[float]) -> None:
    """A figure of this machine on this day: printed, never judged."""
    say(figure, statistics.median(runs), runs=_rounded(runs))


def at_least(figure: str, runs: Sequence[float], floor: float) -> bool:
    value = statistics.median(runs)
    say(figure, value, floor=floor, runs=_rounded(runs))
    return value >= floor


def at_most(figure: str, runs: Sequence[float], ceiling: float) -> bool:
    value = statistics.median(runs)
    say(figure, value, ceiling=ceiling, runs=_rounded(runs))
    return value <= ceiling


def _rounded(runs: Sequence[float]) -> list[float]:
    return [round(found, 3) for found in runs]
