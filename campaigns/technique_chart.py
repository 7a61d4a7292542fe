"""The chart of techniques: a square for each stage and group of the taxonomy. Pure.

Each square says its number, so that nothing hangs on a shade; a table beside it says it all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.coverage import Coverage
from campaigns.techniques import GROUPS
from trust.telling import tell

_LABEL, _CELL, _ROW, _HEAD = 190, 38, 30, 30


@dataclass(frozen=True, slots=True)
class Cell:
    x: int
    y: int
    count: int
    shade: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Places in units of the drawing. rows: (title, y of its words)."""

    width: int
    height: int
    cell: int
    row: int
    columns: tuple[tuple[int, int], ...]
    rows: tuple[tuple[str, int], ...]
    cells: tuple[Cell, ...]


def technique_chart(parts: Sequence[Coverage]) -> Chart:
    used = [number for number in GROUPS if any(part.groups[number] for part in parts)]
    cells = tuple(
        _cell(part, number, column, line)
        for line, part in enumerate(parts)
        for column, number in enumerate(used)
        if part.groups[number]
    )
    return Chart(
        width=_LABEL + len(used) * _CELL,
        height=_HEAD + len(parts) * _ROW,
        cell=_CELL - 2,
        row=_ROW - 2,
        columns=tuple(
            (number, _LABEL + column * _CELL + _CELL // 2) for column, number in enumerate(used)
        ),
        rows=tuple(
            (_short(part.title), _HEAD + line * _ROW + 19) for line, part in enumerate(parts)
        ),
        cells=cells,
    )


def _cell(part: Coverage, number: int, column: int, line: int) -> Cell:
    count = part.groups[number]
    share = min(1.0, count / part.texts) if part.texts else 0.0
    return Cell(
        x=_LABEL + column * _CELL,
        y=_HEAD + line * _ROW,
        count=count,
        shade=f"{0.12 + 0.5 * share:.2f}",
        title=tell(
            "%(part)s, %(group)s: %(count)s of %(texts)s texts",
            part=part.title,
            group=GROUPS[number],
            count=count,
            texts=part.texts,
        ),
    )


def _short(title: str) -> str:
    return title if len(title) <= 24 else f"{title[:23]}\u2026"
