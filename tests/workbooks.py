"""Workbooks for tests: a small sound pack, and one cell of its workbook changed."""

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from campaigns.pack import read_pack
from campaigns.pack_languages import in_languages
from campaigns.pack_values import Pack
from campaigns.workbook_writing import write_workbook

STARTER = Path(__file__).resolve().parents[1] / "curricula" / "starter"


def starter() -> Pack:
    """In the two languages of docs/workbook.md."""
    return in_languages(read_pack(STARTER), ("en", "nb"))


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def bytes_of(workbook: Workbook) -> bytes:
    found = io.BytesIO()
    workbook.save(found)
    return found.getvalue()


def row_of(sheet: Any, key: str, column: int = 1) -> int:
    """The number of the row with this key."""
    return next(cell.row for cell in sheet[chr(64 + column)] if cell.value == key)


def changed(content: bytes, cells: Mapping[tuple[str, str], Any]) -> bytes:
    """With (sheet, cell) set to a value; a str that begins with = is a formula then."""
    workbook = opened(content)
    for (sheet, cell), value in cells.items():
        workbook[sheet][cell] = value
    return bytes_of(workbook)


@cache
def _written() -> bytes:
    return write_workbook(starter())


def workbook(cells: Mapping[tuple[str, str], Any] | None = None) -> bytes:
    return changed(_written(), cells) if cells else _written()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """With one more part, or another in its place."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(found, "w", 8) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, part)
    return found.getvalue()
