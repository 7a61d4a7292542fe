"""Figures as shapes, for pictures drawn on the server.

A picture fills its frame, whatever its size, so its words stand outside it in the page and every
shape says itself in a title. Whatever it shows is in the table beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from research.indicators.dose import Dose
from research.saying import day_of_week, hour, number, short_day, short_weekday, weekday
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
    marks: tuple[str, ...]


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
    return Bars(tuple(bars), _STEP * len(found), most, tuple(map(short_day, marks)))


def _column(x: int, day: date, dose: Dose, most: int) -> list[Bar]:
    told = _(
        "%(day)s: %(planned)s planned, %(sent)s sent, %(delivered)s delivered, %(kept)s kept back"
    ) % {
        "day": day_of_week(day),
        "planned": number(dose.planned),
        "sent": number(dose.sent),
        "delivered": number(dose.delivered),
        "kept": number(dose.suppressed),
    }
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
    """A square for each hour of a week's days; `most` is the darkest's count. `days` and `hours`
    stand at its sides."""

    cells: tuple[Cell, ...]
    most: int
    days: tuple[str, ...]
    hours: tuple[str, ...]


def week_heat(uses: Mapping[tuple[int, int], int]) -> Heat:
    most = max(uses.values(), default=0)
    told = _("%(day)s, %(from)s to %(until)s: %(count)s")
    cells = [
        Cell(
            x=clock,
            y=place,
            shade=f"{uses[place, clock] / most:.2f}" if uses.get((place, clock)) else "0.00",
            told=told
            % {
                "day": weekday(place),
                "from": hour(clock),
                "until": hour(clock + 1),
                "count": number(uses.get((place, clock), 0)),
            },
        )
        for place in range(7)
        for clock in range(24)
    ]
    days = tuple(short_weekday(place) for place in range(7))
    return Heat(tuple(cells), most, days, tuple(hour(clock) for clock in range(0, 25, 6)))
