"""What a part of the figures page is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from research.indicators.definition import Definition, Line
from research.saying import of, per_cent
from research.share import Share
from research.tables import Table
from trust.saying import said as spoken


@dataclass(frozen=True, slots=True)
class Row:
    """A bar of a list: `width` is its share of the frame, in per cent."""

    name: str
    width: str
    told: str
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """A definition in the reader's language."""

    meaning: str
    numerator: str
    denominator: str
    unit: str
    excluded: str
    version: int


@dataclass(frozen=True, slots=True)
class Section:
    """`chart` names the picture's template, `drawn` is what it draws, and `table` says it all.
    `empty` is said in place of both while there is nothing to show. `more`: a second table."""

    key: str
    title: str
    chart: str
    answer: str = ""
    drawn: object = None
    table: Table | None = None
    definition: Meaning | None = None
    empty: str = ""
    more: Table | None = None


def rows_of(lines: Sequence[Line]) -> tuple[Row, ...]:
    return tuple(
        row(spoken(line.title), line.of, is_second=line.is_second)
        for line in lines
        if isinstance(line.of, Share)
    )


def row(name: str, share: Share, told: str = "", *, is_second: bool = False) -> Row:
    told = told or f"{per_cent(share)}, {of(share)}"
    return Row(name, width(share.value, 1), told, is_second)


def width(value: float | None, most: float) -> str:
    return f"{100 * (value or 0) / most:.1f}" if most else "0"


def section(
    what: Definition,
    chart: str,
    answer: str,
    drawn: object,
    table: Table,
    *,
    title: str = "",
    key: str = "",
    more: Table | None = None,
) -> Section:
    named = title or spoken(what.title)
    return Section(key or what.key, named, chart, answer, drawn, table, _meaning(what), more=more)


def empty(what: Definition, words: str, title: str = "", key: str = "") -> Section:
    named = title or spoken(what.title)
    return Section(key or what.key, named, "rows", definition=_meaning(what), empty=words)


def _meaning(what: Definition) -> Meaning:
    return Meaning(
        spoken(what.meaning),
        spoken(what.numerator),
        spoken(what.denominator),
        spoken(what.unit),
        spoken(what.excluded),
        what.version,
    )
