"""A workbook's bytes: written with notes, drop-downs and colours, and read with suspicion.

A workbook comes by email from strangers. So before anything is unpacked its parts are counted, and
a file with programs in it, links to other files, formulas, a password, or more inside than it shows
is refused in a sentence.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from campaigns.pack_marks import Node, Problems
from campaigns.workbook_sheets import BY_NAME, CAMPAIGN, Kind, Sheet
from campaigns.workbook_tree import Book, Row, typed

#: Bytes. A curriculum of two thousand texts in four languages is a tenth of it.
LARGEST_FILE = 10_000_000
_LARGEST_UNPACKED = 100_000_000
_MOST_PARTS = 500
#: Rows of one sheet, and columns.
_MOST_ROWS = 20_000
_MOST_COLUMNS = 60
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_DAMAGED = (
    "The file is damaged and can't be opened. Open it in your spreadsheet program, save it anew."
)
_NOT_A_VALUE = "a formula; paste its value in its place"


#: What openpyxl raises when a part is not what it says.
_BROKEN = (
    InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError,
    SyntaxError, NotImplementedError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip


class WorkbookRefused(Exception):
    """The file is not one to be read; says why in a sentence for whoever sent it."""


def read_book(content: bytes, problems: Problems) -> Book:
    """Raises WorkbookRefused. Cells that can't be read are in `problems`."""
    _inspect(content)
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
    ) as error:
        raise WorkbookRefused(_DAMAGED) from error
    try:
        known = [name for name in workbook.sheetnames if name in BY_NAME]
        if CAMPAIGN not in known or "Texts" not in known:
            raise WorkbookRefused(
                "This is no workbook of ours: it needs the sheets Campaign and Texts."
            )
        found = {name: _Reading(workbook[name], BY_NAME[name], problems) for name in known}
        rows = {name: list(reading.rows()) for name, reading in found.items()}
        return Book(rows, found["Texts"].languages)
    except _BROKEN as error:
        raise WorkbookRefused(_DAMAGED) from error
    finally:
        workbook.close()


_DAMAGED = (
    "The file is damaged and can't be opened. Open it in your spreadsheet program and save it anew."
)


def _inspect(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise WorkbookRefused(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    if content.startswith(_OLD_OFFICE):
        raise WorkbookRefused(
            "The file has a password, or is an old .xls. Save it as .xlsx without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise WorkbookRefused("This is not an .xlsx workbook, or it is damaged.") from error
    if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > _LARGEST_UNPACKED:
        raise WorkbookRefused("Unpacked, the file is far larger than a workbook of texts can be.")
    names = [info.filename.lower() for info in infos]
    if any("vbaproject" in name or "macrosheets" in name for name in names):
        raise WorkbookRefused("The file holds macros. Save it as .xlsx, without them.")
    if any("externallinks/" in name or "embeddings/" in name for name in names):
        raise WorkbookRefused("The file is linked to others, or holds others. Take that out.")


class _Reading:
    """One sheet: its headings first, then its rows."""

    def __init__(self, worksheet: Any, sheet: Sheet, problems: Problems) -> None:
        self.sheet = sheet
        self.problems = problems
        # A sheet may say that it has a million rows.
        worksheet.reset_dimensions()
        self._lines = enumerate(
            worksheet.iter_rows(max_row=_MOST_ROWS + 1, max_col=_MOST_COLUMNS), start=1
        )
        self.heads = self._headings()
        own = {column.name for column in sheet.columns}
        self.languages = tuple(
            name for name in self.heads if name and name not in own and not _is_aside(name)
        )
        self._kinds = {column.name: column.kind for column in sheet.columns}
        for name in own - set(self.heads):
            problems.add(Node(sheet.name, 1, None, name), "the column is missing; put it back")

    def rows(self) -> Iterator[Row]:
        missing = {column.name for column in self.sheet.columns} - set(self.heads)
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
            if any(node.value is not None for node in found.values()):
                absent = {name: Node(self.sheet.name, number, None, name) for name in missing}
                yield Row(self.sheet.name, number, found | absent)

    def _headings(self) -> list[str]:
        _, cells = next(self._lines, (1, ()))
        heads = [str(cell.value or "").strip() for cell in cells]
        named = [head for head in heads if head]
        for head in {head for head in named if named.count(head) > 1}:
            self.problems.add(Node(self.sheet.name, 1, None, head), "the column is there twice")
        return heads

    def _node(self, number: int, head: str, cell: ReadOnlyCell | Any) -> Node:
        where = Node(self.sheet.name, number, None, head)
        if getattr(cell, "data_type", "") == "f":
            self.problems.add(where, _NOT_A_VALUE)
            return where
        if getattr(cell, "data_type", "") == "e":
            self.problems.add(where, f"an error of the spreadsheet, {cell.value}; write the value")
            return where
        kind = self._kinds.get(head, self.sheet.by_language or Kind.TEXT)
        return Node(self.sheet.name, number, self._value(cell.value, kind, where), head)

    def _value(self, value: Any, kind: Kind, where: Node) -> str | int | bool | None:
        if isinstance(value, str):
            value = value.strip().replace("\r\n", "\n")
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
            self.problems.add(where, "taken for a date; format the cell as text")
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
    """Columns for the eye alone; whatever stands there is not read."""
    return head.startswith("(")
