"""The lines of an uploaded list: the first column of a CSV file or a spreadsheet. Pure."""

import csv
import io
from collections.abc import Iterator

from openpyxl import load_workbook

from campaigns.workbook_safety import BROKEN, WorkbookRefused, inspect
from trust.telling import tell

LARGEST_FILE = 5_000_000
MOST_LINES = 50_000
#: Longer than any number or handle.
_LONGEST = 60


class ListRefused(Exception):
    """The file is no list; says why in a sentence for whoever sent it."""


def lines_of(content: bytes) -> list[str]:
    """Each with the place it has in the file; an empty line stays, so that the places are the
    file's own. Raises ListRefused."""
    if len(content) > LARGEST_FILE:
        raise ListRefused(
            tell("The file is larger than %(size)s MB.", size=LARGEST_FILE // 1_000_000)
        )
    cells = _sheet(content) if content.startswith((b"PK", b"\xd0\xcf")) else _csv(content)
    lines = [_plain(cell) for cell in cells]
    while lines and not lines[-1]:
        lines.pop()
    if not any(sign.isdigit() for line in lines for sign in line):
        raise ListRefused(tell("No number stands in its first column. One person a line, please."))
    if len(lines) > MOST_LINES:
        raise ListRefused(
            tell(
                "It has %(count)s lines; %(most)s is the most.",
                count=f"{len(lines):,}",
                most=f"{MOST_LINES:,}",
            )
        )
    return lines


def _csv(content: bytes) -> Iterator[str]:
    if b"\0" in content:
        raise ListRefused(tell("This is neither a CSV file nor an .xlsx workbook."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What an older spreadsheet saves; numbers are the same in every code page.
        text = content.decode("latin-1")
    first = text.split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            yield row[0] if row else ""
    except csv.Error as error:
        raise ListRefused(
            tell("The file can't be read as CSV. Save it anew, one person a line.")
        ) from (error)


def _sheet(content: bytes) -> Iterator[str]:
    try:
        inspect(content)
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        rows = workbook.worksheets[0].iter_rows(max_col=1, values_only=True)
        for place, row in enumerate(rows):
            if place > MOST_LINES:
                break
            yield _worded(row[0] if row else None)
    except WorkbookRefused as refused:
        raise ListRefused(refused.args[0]) from refused
    except BROKEN as error:
        raise ListRefused(
            tell("The workbook is damaged and can't be opened. Save it anew.")
        ) from error


def _worded(value: object) -> str:
    """A spreadsheet keeps a number typed as digits as a number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _plain(cell: str) -> str:
    return " ".join(cell.split())[:_LONGEST]
