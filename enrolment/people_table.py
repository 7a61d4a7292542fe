"""A list of people as CSV or XLSX, read cell by cell, with suspicion. Pure.

Problems never repeat what stands in a cell: it may be somebody's number.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from campaigns.pack_marks import Problem
from campaigns.workbook_safety import BROKEN, DAMAGED, WorkbookRefused, inspect
from trust.telling import tell

#: Bytes. Ten thousand people with all columns filled are a fifth of it.
LARGEST_FILE = 5_000_000
MOST_ROWS = 10_000
_LONGEST_CELL = 131_072
_MOST_COLUMNS = 40
LONGEST_CELL = 300
#: The one column every list has; its heading tells which row holds the headings.
NUMBER = "number"
#: What a spreadsheet would run as a formula when somebody opens the list again.
_RUNS = ("=", "@", "+", "-", "\t", "\r")
_ZIP, _OLD_OFFICE = b"PK", b"\xd0\xcf\x11\xe0"


class PeopleFileRefused(Exception):
    """The file as a whole can't be read; says why, and what to do, in a sentence."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A row that holds something: its place in the file, and what is filled, by heading."""

    row: int
    values: Mapping[str, str] = field(repr=False)


@dataclass(slots=True)
class Table:
    heads: tuple[str, ...] = ()
    rows: list[Cells] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _spoiled: dict[int, set[str]] = field(default_factory=dict)

    def wrong(self, row: int, column: str, reason: str) -> None:
        """The first reason for a cell is the one that is told."""
        columns = self._spoiled.setdefault(row, set())
        if column not in columns:
            columns.add(column)
            self.problems.append(Problem("", row, reason, column))

    def is_spoiled(self, row: int) -> bool:
        return row in self._spoiled


def refuse_at_once(content: bytes) -> None:
    """Raises PeopleFileRefused for a file that is not to be kept, let alone opened."""
    if not content:
        raise PeopleFileRefused(tell("The file is empty."))
    if len(content) > LARGEST_FILE:
        raise PeopleFileRefused(
            tell(
                "The file is larger than %(size)s MB. Split the list into several.",
                size=LARGEST_FILE // 1_000_000,
            )
        )
    if content.startswith((_ZIP, _OLD_OFFICE)):
        try:
            inspect(content)
        except WorkbookRefused as refused:
            raise PeopleFileRefused(refused.args[0]) from refused
    elif b"\0" in content:
        raise PeopleFileRefused(tell("This is neither a CSV file nor an .xlsx workbook."))


def read_table(content: bytes, columns: Iterable[str]) -> Table:
    """Raises PeopleFileRefused. `columns`: the headings that are known."""
    refuse_at_once(content)
    known, table = set(columns), Table()
    lines = _workbook_lines(content) if content.startswith(_ZIP) else _csv_lines(content)
    for row, cells in lines:
        if not any(cell not in (None, "") for cell, _ in cells):
            continue
        if not table.heads:
            table.heads = tuple(_heading(cell) for cell, _ in cells)
            _check_heads(table, row, known)
            continue
        if len(table.rows) >= MOST_ROWS:
            raise PeopleFileRefused(
                tell("The list has more than 10,000 people. Split it into several.")
            )
        table.rows.append(_row(table, row, cells))
    if not table.rows:
        raise PeopleFileRefused(
            tell("There is nobody in the list: below the headings it is empty.")
        )
    return table


_Line = tuple[int, list[tuple[Any, str]]]


def _csv_lines(content: bytes) -> Iterator[_Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PeopleFileRefused(
            tell("The file is not UTF-8 text. Save it as “CSV UTF-8”, or as .xlsx.")
        ) from error
    head = text.lstrip().partition("\n")[0]
    comma = max(",;\t", key=head.count)
    # A cell longer than this is a quotation mark that is never closed; others in the process may
    # have asked for more.
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
    try:
        for cells in reader:
            yield reader.line_num, [(cell.strip(" \r\n"), "s") for cell in cells[:_MOST_COLUMNS]]
    except csv.Error as error:
        raise PeopleFileRefused(
            tell("The file is damaged, or a quotation mark in it is never closed. Save it anew.")
        ) from error


def _workbook_lines(content: bytes) -> Iterator[_Line]:
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet: Any = workbook.worksheets[0]
        # A sheet may say that it has a million rows, or fewer than it has.
        sheet.reset_dimensions()
        found = sheet.iter_rows(max_row=2 * MOST_ROWS, max_col=_MOST_COLUMNS)
        for row, cells in enumerate(found, start=1):
            yield row, [(_plain(cell.value), getattr(cell, "data_type", "")) for cell in cells]
        workbook.close()
    except BROKEN as error:
        raise PeopleFileRefused(DAMAGED) from error


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value).strip()


def _heading(cell: Any) -> str:
    return "_".join(str(cell).casefold().replace("_", " ").split())


def _check_heads(table: Table, row: int, known: set[str]) -> None:
    if NUMBER not in table.heads:
        raise PeopleFileRefused(
            tell(
                "No column is headed “number”. The first row holds the headings; download the "
                "empty list and fill that in."
            )
        )
    for head in dict.fromkeys(table.heads):
        if not head or head.startswith("("):
            continue
        if head not in known:
            table.wrong(
                row,
                head[:40],
                tell(
                    "no column has this name here; rename it, or put it in brackets to keep it "
                    "as a note that is not read"
                ),
            )
        elif table.heads.count(head) > 1:
            table.wrong(row, head, tell("the column is there twice; keep one"))


def _row(table: Table, row: int, cells: list[tuple[Any, str]]) -> Cells:
    values: dict[str, str] = {}
    for head, (value, kind) in zip(table.heads, cells, strict=False):
        if not head or head.startswith("(") or not value:
            continue
        if reason := _refused(head, value, kind):
            table.wrong(row, head, reason)
        else:
            values[head] = value
    return Cells(row, values)


def _refused(head: str, value: str, kind: str) -> str:
    if kind == "f":
        return tell("a formula is never run here; paste its value in its place")
    if kind == "e":
        return tell("the spreadsheet shows an error here; write the value")
    if len(value) > LONGEST_CELL:
        return tell("longer than %(most)s signs; shorten it", most=LONGEST_CELL)
    if value.startswith(_RUNS) and not (head == NUMBER and value.startswith("+")):
        return tell(
            "begins with a sign that a spreadsheet would run as a formula; take the sign away"
        )
    return ""
