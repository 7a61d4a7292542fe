"""Scales: answers made into points, points into a sum, the sum into a band. Pure.

The Heaviness of Smoking Index (Heatherton 1989), 0 to 6, is two answers: cigarettes a day (0-10 is
0, 11-20 is 1, 21-30 is 2, 31 or more is 3) and minutes to the first after waking (5 or less is 3,
6-30 is 2, 31-60 is 1, 61 or more is 0). A pack writes it, and any other, under `scales`. A scale
with an unanswered part has no sum: half a score would be read as a low one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Value = str | int | float | date


@dataclass(frozen=True, slots=True)
class Points:
    """For a number up to `to`, itself included; None: for any that is larger."""

    to: float | None
    points: float


@dataclass(frozen=True, slots=True)
class ScalePart:
    """One answer's share: points by band of a number, points by choice, or, with neither, the
    number itself."""

    question: str
    bands: tuple[Points, ...] = ()
    points: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScaleBand:
    name: str
    to: float | None = None


@dataclass(frozen=True, slots=True)
class ScaleRule:
    parts: tuple[ScalePart, ...]
    bands: tuple[ScaleBand, ...] = ()


def scored(scales: Mapping[str, ScaleRule], values: Mapping[str, Value]) -> dict[str, Value]:
    """`scale.<name>` and `scale.<name>.band` of every scale whose answers are all there; `values`
    has them as `answer.<question>`."""
    found: dict[str, Value] = {}
    for name, rule in scales.items():
        total = score(rule, values)
        if total is None:
            continue
        found[f"scale.{name}"] = total
        band = band_of(rule, total)
        if band:
            found[f"scale.{name}.band"] = band
    return found


def score(rule: ScaleRule, values: Mapping[str, Value]) -> float | None:
    parts = [_points(part, values.get(f"answer.{part.question}")) for part in rule.parts]
    known = [points for points in parts if points is not None]
    return sum(known) if len(known) == len(parts) and parts else None


def band_of(rule: ScaleRule, total: float) -> str:
    """The first band that reaches so far; nothing, where none does."""
    for band in rule.bands:
        if band.to is None or total <= band.to:
            return band.name
    return ""


def _points(part: ScalePart, value: Value | None) -> float | None:
    if value is None or value == "":
        return None
    if part.points:
        return part.points.get(str(value))
    try:
        number = float(str(value))
    except ValueError:
        return None
    if not part.bands:
        return number
    for band in part.bands:
        if band.to is None or number <= band.to:
            return band.points
    return None
