"""A Pack written as a workbook; `workbook.read_workbook` reads an equal Pack from it. Pure."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from campaigns.pack_values import Pack
from campaigns.workbook_columns import CAMPAIGN, SETTING, VALUE, Column, Kind, Sheet
from campaigns.workbook_counting import COUNTING, write_counting
from campaigns.workbook_guide import write_guide
from campaigns.workbook_rows import Value, rows_of
from campaigns.workbook_sheets import SETTINGS, SHEETS
from campaigns.workbook_style import Page

#: Empty rows below the filled ones that have drop-downs and colours.
SPARE = 300
_WIDTHS = {"key": 26, "name": 28, VALUE: 50, "note": 60, "about": 60, "when": 40}
_WIDTH, _TEXT_WIDTH = 15, 60


def write_workbook(pack: Pack) -> bytes:
    workbook = Workbook()
    guide: Any = workbook.active
    write_guide(guide)
    rows = rows_of(pack)
    last = {sheet.name: len(rows[sheet.name]) + 1 + SPARE for sheet in SHEETS}
    for sheet in SHEETS:
        _write(workbook.create_sheet(sheet.name), sheet, rows, pack.languages, last)
    write_counting(workbook.create_sheet(COUNTING), list(pack.variables), sheet="Variables")
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    found = io.BytesIO()
    workbook.save(found)
    return found.getvalue()


def _write(
    worksheet: Any,
    sheet: Sheet,
    rows: Mapping[str, Sequence[Mapping[str, Value]]],
    languages: Sequence[str],
    last: Mapping[str, int],
) -> None:
    own, end = sheet.names(languages), last[sheet.name]
    asides = [f"(left {code})" for code in languages] if sheet.name == "Texts" else []
    page = Page(
        worksheet,
        [*own, *asides],
        locked=[name for name in own if name in (SETTING, "key", "field")],
        asides=[*asides, *(name for name in own if name == "note")],
    )
    wide = sheet.by_language is Kind.TEXT
    widths = [_TEXT_WIDTH if wide and name in languages else _WIDTHS.get(name, _WIDTH)
              for name in page.heads]  # fmt: skip
    page.head(widths, "B2" if wide else "A2", sheet.note)
    for number, row in enumerate(rows[sheet.name], start=2):
        for place, name in enumerate(own, start=1):
            page.put(number, place, row.get(name))
    for code in languages if asides else ():
        page.count(f"(left {code})", code, end)
    for column in sheet.columns:
        _help(page, column, end, last)
    if wide:
        _languages(page, languages, end, with_length=bool(asides))
    if sheet.name == CAMPAIGN:
        _settings(page)


def _help(page: Page, column: Column, end: int, last: Mapping[str, int]) -> None:
    place = page.heads.index(column.name) + 1
    page.note(place, column.note)
    if column.choices and column.kind is not Kind.WORDS:
        page.choices(place, end, column.choices)
    elif column.of:
        page.choices_of(place, end, _cells_of(column.of, last))
    if column.required:
        filled = "+".join(f"LEN(${get_column_letter(n)}2)" for n in range(1, len(page.heads) + 1))
        page.missing(place, end, when=f"({filled})>0")


def _cells_of(of: tuple[str, str], last: Mapping[str, int]) -> str:
    sheet, name = of
    source = next(each for each in SHEETS if each.name == sheet)
    letter = get_column_letter(source.names([]).index(name) + 1)
    return f"'{sheet}'!${letter}$2:${letter}${last[sheet]}"


def _languages(page: Page, languages: Sequence[str], end: int, *, with_length: bool) -> None:
    for code in languages:
        place = page.heads.index(code) + 1
        page.missing(place, end, when="LEN($A2)>0")
        if with_length:
            page.too_long(place, end, page.heads.index(f"(left {code})") + 1)


def _settings(page: Page) -> None:
    for number, setting in enumerate(SETTINGS, start=2):
        if setting.required:
            page.missing_cell(f"B{number}")
