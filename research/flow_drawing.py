"""The flow of a trial as boxes and arrows: arms beside each other, or below for a phone. Pure.

Words are wrapped here, since a picture wraps none; every box is in the table beside it as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

_BOX, _GAP, _DROP = 250, 26, 34
_PAD, _LINE = 12, 19
#: Of a letter on average, at the size the picture is drawn for.
_LETTER, _BOLD = 7.4, 8.4
#: On a phone: the whole width, and how far boxes stand in from the rail.
_NARROW, _INDENT = 350, 28


@dataclass(frozen=True, slots=True)
class Box:
    """A title and what stands below it, as they are said."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    x: float
    y: float
    text: str
    is_title: bool


@dataclass(frozen=True, slots=True)
class Placed:
    x: float
    y: float
    width: float
    height: float
    words: tuple[Words, ...]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def end(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Drawing:
    """`paths`: lines without a head, `arrows`: with one, as a picture takes them."""

    width: float
    height: float
    boxes: tuple[Placed, ...]
    paths: tuple[str, ...]
    arrows: tuple[str, ...]


def wide(assessed: Box, excluded: Box, randomised: Box, arms: Sequence[Sequence[Box]]) -> Drawing:
    """The arms' boxes stand level with each other."""
    columns = max(2, len(arms))
    width = columns * _BOX + (columns - 1) * _GAP
    middle = width / 2 if len(arms) != 1 else _BOX / 2
    first = _placed(assessed, middle - _BOX / 2, 1)
    aside = _placed(excluded, middle + _GAP, first.end + _DROP / 2, width - middle - _GAP - 1)
    second = _placed(randomised, first.x, aside.end + _DROP / 2)
    boxes, top = [first, aside, second], second.end + 2 * _DROP
    arrows = [
        _line((middle, first.end), (middle, second.y)),
        _line((middle, aside.y + aside.height / 2), (aside.x, aside.y + aside.height / 2)),
    ]
    paths: list[str] = []
    centres = [place * (_BOX + _GAP) + _BOX / 2 for place in range(len(arms))]
    for level in range(max(map(len, arms), default=0)):
        row = [
            _placed(arm[level], centre - _BOX / 2, top)
            for arm, centre in zip(arms, centres, strict=True)
        ]
        height = max(box.height for box in row)
        row = [Placed(box.x, box.y, box.width, height, box.words) for box in row]
        above = top - _DROP
        arrows += [_line((box.middle, above), (box.middle, box.y)) for box in row]
        boxes += row
        top += height + _DROP
    if centres:
        fork = second.end + _DROP
        paths = [_line((middle, second.end), (middle, fork))]
        if len(centres) > 1:
            paths.append(_line((centres[0], fork), (centres[-1], fork)))
    return Drawing(width, boxes[-1].end + 1, tuple(boxes), tuple(paths), tuple(arrows))


def narrow(assessed: Box, excluded: Box, randomised: Box, arms: Sequence[Sequence[Box]]) -> Drawing:
    """All below each other: a rail along the left side leads from the draw to each arm."""
    inner = _NARROW - _INDENT - 1
    first = _placed(assessed, 1, 1, _NARROW - 2)
    aside = _placed(excluded, _INDENT, first.end + _DROP, inner)
    second = _placed(randomised, 1, aside.end + _DROP, _NARROW - 2)
    boxes, rail, top = [first, aside, second], _INDENT / 2, second.end + _DROP
    side = aside.y + aside.height / 2
    arrows = [_line((rail, first.end), (rail, second.y)), _line((rail, side), (aside.x, side))]
    paths, last = [], second.end
    for arm in arms:
        before: Placed | None = None
        for each in arm:
            box = _placed(each, _INDENT, top, inner)
            if before is None:
                last = box.y + box.height / 2
                arrows.append(_line((rail, last), (box.x, last)))
            else:
                arrows.append(_line((box.middle, before.end), (box.middle, box.y)))
            boxes.append(box)
            before, top = box, box.end + _DROP * 0.7
        top += _DROP * 0.6
    if arms:
        paths.append(_line((rail, second.end), (rail, last)))
    return Drawing(_NARROW, boxes[-1].end + 1, tuple(boxes), tuple(paths), tuple(arrows))


def _placed(box: Box, x: float, y: float, width: float = _BOX) -> Placed:
    inner = width - 2 * _PAD
    told = [(line, True) for line in wrap(box.title, int(inner / _BOLD))]
    told += [(line, False) for words in box.lines for line in wrap(words, int(inner / _LETTER))]
    words = tuple(
        Words(x + _PAD, y + _PAD + _LINE * place + _LINE * 0.72, line, is_title)
        for place, (line, is_title) in enumerate(told)
    )
    return Placed(x, y, width, 2 * _PAD + _LINE * len(told), words)


def _line(*points: tuple[float, float]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
