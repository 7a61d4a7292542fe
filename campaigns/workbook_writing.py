"""A Pack written as a workbook: headings that stay, notes, drop-downs, locked keys, colour for what
is missing. `workbook.read_workbook` reads an equal Pack from it."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from campaigns.pack_values import Pack
from campaigns.wording import worst_case
from campaigns.workbook_rows import Value, rows_of
from campaigns.workbook_sheets import (
    CAMPAIGN,
    SETTING,
    SETTINGS,
    SHEETS,
    VALUE,
    Column,
    Kind,
    Sheet,
)
from messaging.segments import ALONE

#: Empty rows below the filled ones, ready for more.
_SPARE = 200
_HEAD = PatternFill("solid", fgColor="0F766E")
_MISSING = PatternFill("solid", bgColor="FDE68A")
_ASIDE = Font(italic=True, color="6B7280")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDTHS = {"key": 26, "name": 28, VALUE: 50, "note": 60, "about": 60, "when": 40}
_WIDTH, _TEXT_WIDTH = 15, 60


def write_workbook(pack: Pack) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type]
    rows = rows_of(pack)
    last = {sheet.name: len(rows[sheet.name]) + 1 + _SPARE for sheet in SHEETS}
    for sheet in SHEETS:
        page = _Page(workbook.create_sheet(sheet.name), sheet, pack.languages, last)
        page.fill(rows[sheet.name])
    found = io.BytesIO()
    workbook.save(found)
    return found.getvalue()


class _Page:
    def __init__(
        self, worksheet: Any, sheet: Sheet, languages: Sequence[str], last: Mapping[str, int]
    ) -> None:
        self.worksheet = worksheet
        self.sheet = sheet
        self.last = last
        self.heads = sheet.names(languages)
        self.asides = [f"(left {code})" for code in languages] if sheet.name == "Texts" else []

    def fill(self, rows: Sequence[Mapping[str, Value]]) -> None:
        self._head()
        for number, row in enumerate(rows, start=2):
            for place, name in enumerate(self.heads, start=1):
                self._put(number, place, row.get(name))
            for place, aside in enumerate(self.asides, start=len(self.heads) + 1):
                self._put(number, place, _left(row.get(aside[6:-1])))
                self.worksheet.cell(number, place).font = _ASIDE
        self._open(len(rows))
        for column in self.sheet.columns:
            self._help(column)
        if self.sheet.name == CAMPAIGN:
            self._settings()

    def _head(self) -> None:
        self.worksheet.freeze_panes = "B2" if self.sheet.name == "Texts" else "A2"
        for place, name in enumerate([*self.heads, *self.asides], start=1):
            cell = self.worksheet.cell(1, place, name)
            cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
            width = _WIDTHS.get(name, _WIDTH)
            if self.sheet.name in ("Texts", "Defaults") and 1 < place <= len(self.heads):
                width = _TEXT_WIDTH
            self.worksheet.column_dimensions[get_column_letter(place)].width = width
        first = self.worksheet.cell(1, 1)
        first.comment = Comment(self.sheet.note, "Sendwell")

    def _put(self, number: int, place: int, value: Value) -> None:
        cell = self.worksheet.cell(number, place)
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.value = value
        if isinstance(value, str):
            # A text that begins with = would be taken for a formula.
            cell.data_type, cell.number_format = "s", "@"
        cell.alignment = _WRAPPED

    def _open(self, filled: int) -> None:
        """Keys and settings that are there are locked, everything else may be written in: a key
        that changes is another text."""
        locked = 1 if self.heads[0] in (SETTING, "key", "field") else 0
        for number in range(2, self.last[self.sheet.name] + 1):
            for place in range(1, len(self.heads) + 1):
                cell = self.worksheet.cell(number, place)
                if number > filled + 1:
                    cell.number_format = "@"
                if place > locked or number > filled + 1:
                    cell.protection = Protection(locked=False)
        protection = self.worksheet.protection
        protection.sheet = True
        for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows",
                        "sort", "autoFilter"):  # fmt: skip
            setattr(protection, allowed, False)

    def _help(self, column: Column) -> None:
        place = self.heads.index(column.name) + 1
        letter = get_column_letter(place)
        end = self.last[self.sheet.name]
        if column.note and place > 1:
            self.worksheet.cell(1, place).comment = Comment(column.note, "Sendwell")
        if column.choices and column.kind is not Kind.WORDS:
            self._drop_down(f"{letter}2:{letter}{end}", f'"{",".join(column.choices)}"')
        elif column.of:
            sheet, name = column.of
            source = next(each for each in SHEETS if each.name == sheet)
            other = get_column_letter(source.names([]).index(name) + 1)
            span = f"'{sheet}'!${other}$2:${other}${self.last[sheet]}"
            self._drop_down(f"{letter}2:{letter}{end}", span)
        if column.required:
            others = "+".join(
                f"LEN(${get_column_letter(n)}2)" for n in range(1, len(self.heads) + 1)
            )
            formula = f"AND(LEN(${letter}2)=0,({others})>0)"
            self._colour(f"{letter}2:{letter}{end}", formula)

    def _settings(self) -> None:
        for number, setting in enumerate(SETTINGS, start=2):
            if setting.required:
                self._colour(f"B{number}", f"LEN($B${number})=0")
            self.worksheet.cell(number, 3).font = _ASIDE

    def _drop_down(self, cells: str, source: str) -> None:
        rule = DataValidation(type="list", formula1=source, allow_blank=True)
        rule.error, rule.errorTitle = "Choose one of the list.", "Not in the list"
        self.worksheet.add_data_validation(rule)
        rule.add(cells)

    def _colour(self, cells: str, formula: str) -> None:
        rule = FormulaRule(formula=[formula], fill=_MISSING)  # type: ignore[no-untyped-call]
        self.worksheet.conditional_formatting.add(cells, rule)


def _left(text: Value) -> int | None:
    """Signs to the end of one segment, with every placeholder at its longest; below 0: too long."""
    if not text:
        return None
    size = worst_case(str(text))
    return ALONE[size.encoding] - size.units
