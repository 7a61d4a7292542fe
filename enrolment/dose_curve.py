"""The dose curve as points of a drawing: texts a person a day, by day from the quit date. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from enrolment.simulation_report import DoseDay

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 12, 30
_DAY_STEPS = (1, 2, 7, 14, 28, 56)
_MOST_TICKS = 10
#: A mean of a handful of people says nothing; the curve ends before them.
_FEWEST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Everything in the drawing's own units; `line` is an SVG polyline's points."""

    line: str
    days: tuple[Tick, ...]
    texts: tuple[Tick, ...]
    quit_day: float
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def curve_of(dose: Sequence[DoseDay]) -> Curve | None:
    """None when too few people were there to draw anything."""
    drawn = [day for day in dose if day.present >= _FEWEST_PEOPLE]
    if len(drawn) < 2:
        return None
    first, last = drawn[0].day, drawn[-1].day
    highest = max(1, -(-max(int(day.mean * 100) for day in drawn) // 100))

    def across(day: int) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first) / (last - first), 1)

    def up(texts: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * texts / highest, 1)

    step = next(
        (step for step in _DAY_STEPS if (last - first) / step <= _MOST_TICKS), _DAY_STEPS[-1]
    )
    ticks = [day for day in range(first, last + 1) if day % step == 0]
    return Curve(
        line=" ".join(f"{across(day.day)},{up(day.mean)}" for day in drawn),
        days=tuple(Tick(across(day), f"Q{day:+d}" if day else "Q") for day in ticks),
        texts=tuple(Tick(up(texts), str(texts)) for texts in range(highest + 1)),
        quit_day=across(0) if first <= 0 <= last else float(_LEFT),
    )
