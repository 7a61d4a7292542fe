"""The example of docs/workbook.md, typed into a new workbook as its reader would."""

import re
from pathlib import Path
from typing import Any

from tests.workbooks import bytes_of, opened, workbook

PAGE = Path(__file__).resolve().parents[1] / "docs" / "workbook.md"
Table = list[dict[str, str]]


def example() -> bytes:
    book = opened(workbook())
    for sheet, rows in tables().items():
        _type(book[sheet], rows)
    return bytes_of(book)


def tables() -> dict[str, Table]:
    """The table below each heading of a sheet."""
    text = PAGE.read_text(encoding="utf-8")
    found: dict[str, Table] = {}
    for part in re.split(r"^### Sheet ", text, flags=re.MULTILINE)[1:]:
        name, _, rest = part.partition("\n")
        lines = [line for line in rest.split("\n## ")[0].splitlines() if line.startswith("|")]
        heads, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        found[name] = [dict(zip(heads, row, strict=True)) for row in rows]
    return found


def persona() -> str:
    """The one that is there to be pasted."""
    found = re.search(r"^```yaml\n(.+?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert found
    return found[1]


def _type(sheet: Any, rows: Table) -> None:
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in rows:
        places = {cell.value: cell.row for cell in sheet["A"] if cell.value is not None}
        # A setting is there already; everything else is a new row below the last.
        number = places[row["setting"]] if "setting" in row else max(places.values()) + 1
        for head, value in row.items():
            sheet.cell(number, heads[head]).value = value or None
