"""Figures as shapes, for pictures drawn on the server. Pure.

A picture fills its frame, whatever its size, so its words stand outside it in the page and every
shape says itself in a title. Whatever it shows is in the table beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from research.indicators.dose import Dose
from research.indicators.keywords import WEEKDAYS
from research.survival import Point

#: In a picture's own units.
HEIGHT = 100
_STEP, _BAR = 10, 8
_CURVE = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """`kind` names its colour; `told` is what it stands for, in words."""

    x: int
    y: float
    height: float
    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class Bars:
    """`most` is what the full height stands for; `marks` are the first, middle and last day."""

    bars: tuple[Bar, ...]
    width: int
    most: int
    marks: tuple[date, ...]


def dose_bars(days: Mapping[date, Dose]) -> Bars:
    """Each day a column: delivered below, then sent, what waits or failed, and what was kept back.
    Together they are what was planned."""
    found = list(days.items())
    most = max((day.planned for _, day in found), default=0)
    bars = [
        bar
        for place, (day, dose) in enumerate(found)
        for bar in _column(place * _STEP, day, dose, most)
    ]
    marks = (found[0][0], found[len(found) // 2][0], found[-1][0]) if found else ()
    return Bars(tuple(bars), _STEP * len(found), most, marks)


def _column(x: int, day: date, dose: Dose, most: int) -> list[Bar]:
    told = (
        f"{day:%a} {day.day} {day:%b}: {dose.planned:,} planned, {dose.sent:,} sent, "
        f"{dose.delivered:,} delivered, {dose.suppressed:,} kept back"
    )
    parts = (
        ("delivered", dose.delivered),
        ("sent", dose.sent - dose.delivered),
        ("other", dose.failed + dose.waiting),
        ("kept", dose.suppressed),
    )
    bars, top = [], float(HEIGHT)
    for kind, count in parts:
        if count:
            height = HEIGHT * count / most
            top -= height
            bars.append(Bar(x, round(top, 2), round(height, 2), kind, told))
    return bars


@dataclass(frozen=True, slots=True)
class Curve:
    """`line` and `band` are lists of points as a picture takes them; the band is empty where no
    interval is known. `marks` are days: 0, the middle, the last."""

    line: str
    band: str
    width: int
    marks: tuple[int, int, int]


def staying_curve(points: Sequence[Point]) -> Curve | None:
    """None while there is nothing but one day to show."""
    last = points[-1].day if points else 0
    if not last:
        return None
    line, highs, lows = [(0.0, 0.0)], [], []
    for point, after in zip(points, (*points[1:], None), strict=True):
        x = _CURVE * point.day / last
        until = _CURVE * (after.day if after else last) / last
        y = HEIGHT * (1 - point.staying)
        line += [(x, line[-1][1]), (x, y), (until, y)]
        if point.band is not None:
            high, low = HEIGHT * (1 - point.band.high), HEIGHT * (1 - point.band.low)
            highs += [(x, high), (until, high)]
            lows += [(x, low), (until, low)]
    return Curve(
        line=_points(line),
        band=_points([*highs, *reversed(lows)]),
        width=_CURVE,
        marks=(0, last // 2, last),
    )


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.2f}" for x, y in pairs)


@dataclass(frozen=True, slots=True)
class Cell:
    x: int
    y: int
    shade: str
    told: str


@dataclass(frozen=True, slots=True)
class Heat:
    """A square for each hour of a week's days; `most` is the darkest's count."""

    cells: tuple[Cell, ...]
    most: int


def week_heat(uses: Mapping[tuple[int, int], int]) -> Heat:
    most = max(uses.values(), default=0)
    cells = [
        Cell(
            x=hour,
            y=weekday,
            shade=f"{uses[weekday, hour] / most:.2f}" if uses.get((weekday, hour)) else "0.00",
            told=f"{name}, {hour}:00 to {hour + 1}:00: {uses.get((weekday, hour), 0):,}",
        )
        for weekday, name in enumerate(WEEKDAYS)
        for hour in range(24)
    ]
    return Heat(tuple(cells), most)
