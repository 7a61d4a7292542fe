"""Texts a day as bars, for a picture drawn on the server. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from enrolment.forecast_figures import Figure
from trust.telling import Day, tell

#: In the picture's own units: each bar has ten, gap included.
STEP, BAR, HEIGHT = 10, 8, 100


@dataclass(frozen=True, slots=True)
class Bar:
    """`told` is what the bar stands for, in words."""

    x: int
    y: float
    height: float
    told: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`most` is what the full height stands for; `marks` are the first, middle and last day."""

    bars: tuple[Bar, ...]
    width: int
    most: int
    marks: tuple[Figure, ...]


def chart(days: Sequence[Figure]) -> Chart:
    most = max((figure.messages for figure in days), default=0)
    return Chart(
        bars=tuple(_bar(place, figure, most) for place, figure in enumerate(days)),
        width=STEP * len(days),
        most=most,
        marks=(days[0], days[len(days) // 2], days[-1]) if days else (),
    )


def _bar(place: int, figure: Figure, most: int) -> Bar:
    height = round(HEIGHT * figure.messages / most, 1) if most else 0.0
    return Bar(
        x=place * STEP,
        y=round(HEIGHT - height, 1),
        height=height,
        told=tell(
            "%(day)s: %(count)s texts",
            day=Day(figure.day, "EEE d MMM"),
            count=f"{figure.messages:,}",
        ),
    )
