"""The bytes of a workbook read cell by cell, with suspicion. Pure."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from campaigns.pack_fields import suggestion
from campaigns.pack_marks import Node, Problems
from campaigns.workbook_cells import Book, Row, typed
from campaigns.workbook_columns import Kind, Sheet
from campaigns.workbook_safety import DAMAGED, WorkbookRefused, inspect
from campaigns.workbook_sheets import GUIDE, SHEETS, TRANSLATION

#: Rows of one sheet; columns; cells of the whole file: what can be read in half a minute.
_MOST_ROWS = 20_000
_MOST_COLUMNS = 60
_MOST_CELLS = 400_000
#: Rows between two words on how far it has come.
_OFTEN = 100

#: Of what is to be done, how much is done.
Told = Callable[[int, int], None]

#: What openpyxl raises when a part is not what it says.
_BROKEN = (
    InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError,
    SyntaxError, NotImplementedError, RuntimeError, EOFError, AssertionError, zlib.error,
    zipfile.BadZipFile,
)  # fmt: skip


def unheard(done: int, total: int) -> None:
    """For whoever doesn't wait."""


def read_book(content: bytes, problems: Problems, told: Told = unheard) -> Book:
    """Raises WorkbookRefused. Cells that can't be read are in `problems`. A translator's workbook
    has the one sheet Translation; any other those of a campaign."""
    inspect(content)
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except _BROKEN as error:
        raise WorkbookRefused(DAMAGED) from error
    try:
        return _read(workbook, problems, told)
    except _BROKEN as error:
        raise WorkbookRefused(DAMAGED) from error
    finally:
        workbook.close()


def _read(workbook: Any, problems: Problems, told: Told) -> Book:
    names = list(workbook.sheetnames)
    wanted = (TRANSLATION,) if TRANSLATION.name in names else SHEETS
    _check_names(names, wanted, problems)
    count = _Count(told)
    readings = [
        _Reading(workbook[sheet.name], sheet, problems, count)
        for sheet in wanted
        if sheet.name in names
    ]
    # Every sheet says its size before the first is read: the progress has one measure.
    rows = {reading.sheet.name: list(reading.rows()) for reading in readings}
    return Book(rows, next((r.languages for r in readings if r.sheet is wanted[-1]), ()))


def _check_names(names: Sequence[str], wanted: Sequence[Sheet], problems: Problems) -> None:
    """Raises WorkbookRefused where no sheet is one of ours."""
    known = [sheet.name for sheet in wanted]
    if not set(names) & set(known):
        raise WorkbookRefused(
            "This is no workbook of a campaign: none of its sheets has a name we know. Download "
            "one here, and fill that in."
        )
    for sheet in wanted:
        if (name := sheet.name) not in names and not sheet.optional:
            problems.add(
                Node(name, 1, None, "-"), "the sheet is missing; put it back, if only its headings"
            )
    for name in names:
        if name not in known and name != GUIDE and not _is_aside(name):
            problems.add(
                Node(name, 1, None, "-"),
                f"no sheet has this name{suggestion(name, known)}; rename it, take it out, or put "
                "its name in brackets to keep it as a note",
            )


#: How LibreOffice saves the truth values of a cell; they are read, not run.
_TRUTHS = {"=TRUE()": True, "=FALSE()": False}


class _Count:
    """Rows read of those the sheets say they have, and cells of those that may be read."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.total = self.done = self.cells = 0

    def expect(self, rows: int) -> None:
        self.total += rows

    def row(self, cells: int) -> None:
        self.cells += cells
        if self.cells > _MOST_CELLS:
            raise WorkbookRefused(f"The file has more than {_MOST_CELLS:,} filled cells.")
        self.done += 1
        if self.done % _OFTEN == 0:
            self.told(min(self.done, self.total), self.total)


class _Reading:
    """One sheet: its headings first, then its rows."""

    def __init__(self, worksheet: Any, sheet: Sheet, problems: Problems, count: _Count) -> None:
        self.sheet = sheet
        self.problems = problems
        self.count = count
        count.expect(min(worksheet.max_row or 1, _MOST_ROWS))
        # A sheet may say that it has a million rows, or fewer than it has.
        worksheet.reset_dimensions()
        self._lines = enumerate(
            worksheet.iter_rows(max_row=_MOST_ROWS + 1, max_col=_MOST_COLUMNS), start=1
        )
        self.heads = self._headings()
        self._kinds = {column.name: column.kind for column in sheet.columns}
        named = [name for name in self.heads if name and not _is_aside(name)]
        self.languages = tuple(name for name in named if name not in self._kinds)
        self._check_heads(named)

    def rows(self) -> Iterator[Row]:
        missing = set(self._kinds) - set(self.heads)
        absent = {name: Node(self.sheet.name, 1, None, name) for name in missing}
        for number, cells in self._lines:
            if number > _MOST_ROWS:
                raise WorkbookRefused(
                    f"The sheet {self.sheet.name} has more than {_MOST_ROWS:,} rows."
                )
            found = {
                head: self._node(number, head, cell)
                for head, cell in zip(self.heads, cells, strict=False)
                if head and not _is_aside(head)
            }
            filled = sum(node.value is not None for node in found.values())
            self.count.row(filled)
            if filled:
                ragged = {
                    head: Node(self.sheet.name, number, None, head)
                    for head in self.heads
                    if head and head not in found and not _is_aside(head)
                }
                yield Row(self.sheet.name, number, {**absent, **ragged, **found})

    def _headings(self) -> list[str]:
        _, cells = next(self._lines, (1, ()))
        return [str(cell.value or "").strip() for cell in cells]

    def _check_heads(self, named: list[str]) -> None:
        def say(head: str, reason: str) -> None:
            self.problems.add(Node(self.sheet.name, 1, None, head), reason)

        for head in {head for head in named if named.count(head) > 1}:
            say(head, "the column is there twice; keep one")
        for head in set(self._kinds) - set(named):
            say(head, "the column is missing; put it back")
        if self.sheet.by_language is None:
            for head in self.languages:
                say(
                    head,
                    f"no column has this name{suggestion(head, self._kinds)}; rename it, or put "
                    "the name in brackets to keep it as a note",
                )

    def _node(self, number: int, head: str, cell: ReadOnlyCell | Any) -> Node:
        where = Node(self.sheet.name, number, None, head)
        kind = self._kinds.get(head, self.sheet.by_language or Kind.TEXT)
        if kind is Kind.FLAG and (truth := _TRUTHS.get(str(cell.value))) is not None:
            return Node(self.sheet.name, number, truth, head)
        if getattr(cell, "data_type", "") == "f":
            shown = Node(self.sheet.name, number, str(cell.value), head)
            self.problems.add(shown, "a formula is never run here; paste its value in its place")
            return where
        if getattr(cell, "data_type", "") == "e":
            shown = Node(self.sheet.name, number, str(cell.value), head)
            self.problems.add(shown, "the spreadsheet shows an error here; write the value")
            return where
        return Node(self.sheet.name, number, self._value(cell.value, kind, where), head)

    def _value(self, value: Any, kind: Kind, where: Node) -> str | int | bool | None:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").strip()
            return typed(value, kind) if value else None
        if value is None:
            return None
        if isinstance(value, bool):
            return value if kind is Kind.FLAG else str(value).upper()
        if isinstance(value, int | float):
            return _number(value, kind)
        if isinstance(value, time):
            return value.isoformat("minutes")
        if isinstance(value, datetime | date):
            self.problems.add(where, "taken for a date; format the cell as text and write it anew")
            return None
        self.problems.add(where, "this can't be read; write plain text or a number")
        return None


def _number(value: float, kind: Kind) -> str | int:
    """Spreadsheets keep every number as one with a fraction."""
    whole = int(value) if float(value).is_integer() and abs(value) < 10**9 else None
    if kind in (Kind.WHOLE, Kind.NUMBER) and whole is not None:
        return whole
    return str(whole) if whole is not None else format(Decimal(repr(float(value))), "f")


def _is_aside(head: str) -> bool:
    """Columns and sheets for the eye alone; whatever stands there is not read."""
    return head.startswith("(")
