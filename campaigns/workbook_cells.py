"""The rows of a workbook as they were read: each cell knows its sheet, row and column. Pure."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns.pack_marks import Node
from campaigns.workbook_columns import Kind

Fields = dict[str, Node]


@dataclass(frozen=True, slots=True)
class Row:
    """`cells`: by heading, each of a `str`, `int`, `bool` or None."""

    sheet: str
    number: int
    cells: Mapping[str, Node]

    def node(self, value: "Fields | list[Node]") -> Node:
        return Node(self.sheet, self.number, value)

    def text(self, name: str) -> str:
        found = self.cells.get(name)
        return "" if found is None or found.value is None else str(found.value)

    def some(self, *names: str) -> Fields:
        """The cells as fields; an empty one stays, as the place where something is missing."""
        return {name: self.cells[name] for name in names if name in self.cells}

    def filled(self, *names: str, **renamed: str) -> Fields:
        wanted = {**{name: name for name in names}, **renamed}
        return {to: self.cells[name] for to, name in wanted.items() if self.text(name)}


@dataclass(frozen=True, slots=True)
class Book:
    """Rows by sheet, blank ones left out. `languages`: those that have a column of texts."""

    rows: Mapping[str, Sequence[Row]]
    languages: tuple[str, ...]


def words_in(cell: Node) -> Node:
    """Several words in one cell: commas between them, and quotes around one with a comma."""
    parts = next(csv.reader([str(cell.value)], skipinitialspace=True), [])
    words = [part.strip() for part in parts if part.strip()]
    return Node(
        cell.file, cell.line, [Node(cell.file, cell.line, word, cell.column) for word in words],
        cell.column,
    )  # fmt: skip


def typed(value: str, kind: Kind) -> str | int | bool:
    """What was written as text; as it is where it is not of that kind."""
    if kind is Kind.WHOLE and value.lstrip("-").isdecimal() and len(value) < 10:
        return int(value)
    if kind is Kind.FLAG and value.casefold() in ("true", "false"):
        return value.casefold() == "true"
    return value


def listed(cell: Node, required: bool) -> Node:
    if cell.value is None and not required:
        return replace(cell, value=[])
    return cell if cell.value is None else words_in(cell)


def part_of_a_scale(rows: Sequence[Row]) -> Node:
    first = rows[0]
    fields = first.some("question")
    if first.text("answer"):
        fields["points"] = first.node({row.text("answer"): row.cells["points"] for row in rows})
    elif first.filled("to", "points"):
        fields["bands"] = first.node([row.node(row.filled("to", "points")) for row in rows])
    return first.node(fields)
