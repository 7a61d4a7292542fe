"""How a sheet looks and helps: fixed headings, notes, drop-downs, locked keys, colours. Pure."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension

from campaigns.workbook_counting import left_formula
from campaigns.workbook_rows import Value

_HEAD = PatternFill("solid", fgColor="0F766E")
_MISSING = PatternFill("solid", bgColor="FDE68A")
_TOO_LONG = PatternFill("solid", bgColor="FECACA")
#: Named: a font without a name is LibreOffice's serif.
FONT = "Calibri"
_HEADING = Font(name=FONT, size=11, bold=True, color="FFFFFF")
_ASIDE = Font(name=FONT, size=11, italic=True, color="6B7280")
#: Of one line of it, in points.
_LINE = 15
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_OPEN, _LOCKED = Protection(locked=False), Protection(locked=True)
#: What may be done on a protected sheet; False is "not locked".
_ALLOWED = (
    "formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter",
)  # fmt: skip
#: A spreadsheet takes a list written out only up to here.
LONGEST_LIST = 255


class _Growing(RowDimension):
    """A row as high as its text now, which a spreadsheet makes higher when more is typed. Without
    any height LibreOffice shows the first line alone; a fixed one would stay as it is."""

    @property
    def customHeight(self) -> bool:
        return False


class Page:
    """One sheet on its way. `heads` stand in the first row; those in `locked` are locked where
    something stands; those in `asides` are for the eye alone."""

    def __init__(
        self,
        worksheet: Any,
        heads: Sequence[str],
        *,
        locked: Sequence[str] = (),
        asides: Sequence[str] = (),
    ) -> None:
        self.worksheet = worksheet
        self.heads = list(heads)
        self.locked = {self.heads.index(name) + 1 for name in locked}
        self.asides = {self.heads.index(name) + 1 for name in asides}
        self.widths: Sequence[int] = ()

    def head(self, widths: Sequence[int], freeze: str, note: str) -> None:
        self.worksheet.freeze_panes = freeze
        for place, (name, width) in enumerate(zip(self.heads, widths, strict=True), start=1):
            cell = self.worksheet.cell(1, place, name)
            cell.font, cell.fill, cell.alignment = _HEADING, _HEAD, _WRAPPED
            column = self.worksheet.column_dimensions[get_column_letter(place)]
            # Cells to come are text, may be written in and are wrapped: rows need no end.
            column.number_format, column.protection, column.alignment = "@", _OPEN, _WRAPPED
            column.width = width
        self.widths = widths
        self.note(1, note)
        self.worksheet.protection.sheet = True
        for allowed in _ALLOWED:
            setattr(self.worksheet.protection, allowed, False)

    def note(self, place: int, words: str) -> None:
        if words:
            cell = self.worksheet.cell(1, place)
            said = f"{cell.comment.text}\n\n{words}" if cell.comment else words
            cell.comment = Comment(said, "Sendwell", width=320, height=110)

    def put(self, number: int, place: int, value: Value) -> None:
        """An empty cell is left to its column."""
        if value is None:
            return
        cell = self.worksheet.cell(number, place)
        if isinstance(value, bool):
            # As a word: LibreOffice saves a truth value as the formula =TRUE().
            value = str(value).upper()
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            # A text that begins with = + - or @ would be taken for a formula: it is said to be
            # text, in the file and to whoever edits the cell.
            cell.data_type, cell.quotePrefix = "s", True
            self._make_room(number, place, value)
        else:
            cell.value = value
        if not isinstance(value, int | float):
            cell.number_format = "@"
        cell.alignment = _WRAPPED
        cell.protection = _LOCKED if place in self.locked else _OPEN
        if place in self.asides:
            cell.font = _ASIDE

    def count(self, head: str, of: str, end: int) -> None:
        """The signs left in each cell of the column `of`, as it is typed."""
        place, letter = self.heads.index(head) + 1, get_column_letter(self.heads.index(of) + 1)
        for number in range(2, end + 1):
            cell = self.worksheet.cell(number, place, left_formula(f"${letter}{number}"))
            cell.number_format, cell.font, cell.protection = "0", _ASIDE, _LOCKED
            cell.alignment = _WRAPPED

    def _make_room(self, number: int, place: int, text: str) -> None:
        width = self.widths[place - 1]
        lines = sum(len(wrap(line, width)) or 1 for line in text.split("\n"))
        rows = self.worksheet.row_dimensions
        if lines > 1 and (rows[number].ht or 0) < lines * _LINE:
            rows[number] = _Growing(self.worksheet, index=number, ht=lines * _LINE)

    def choices(self, place: int, end: int, choices: Sequence[str]) -> None:
        """A drop-down of a closed list."""
        listed = ",".join(choices)
        assert len(listed) <= LONGEST_LIST, self.heads[place - 1]
        self._drop_down(place, end, f'"{listed}"', strict=True)

    def choices_of(self, place: int, end: int, source: str) -> None:
        """A drop-down of what stands in other cells; something new may be written too, for it may
        come to stand there later."""
        self._drop_down(place, end, source, strict=False)

    def missing(self, place: int, end: int, *, when: str) -> None:
        """Coloured while empty, when the formula `when` holds for its row."""
        letter = get_column_letter(place)
        formula = f"AND(LEN(${letter}2)=0,{when})"
        self._colour(f"{letter}2:{letter}{end}", formula, _MISSING)

    def missing_cell(self, cell: str) -> None:
        self._colour(cell, f"LEN(${cell[0]}${cell[1:]})=0", _MISSING)

    def too_long(self, place: int, end: int, left: int) -> None:
        """Coloured where the figure in the column `left` is below 0."""
        letter, other = get_column_letter(place), get_column_letter(left)
        self._colour(f"{letter}2:{letter}{end}", f"AND(LEN(${other}2)>0,${other}2<0)", _TOO_LONG)

    def _drop_down(self, place: int, end: int, source: str, *, strict: bool) -> None:
        rule = DataValidation(type="list", formula1=source, allow_blank=True)
        rule.showErrorMessage = strict
        rule.error, rule.errorTitle = "Choose one of the list.", "Not in the list"
        self.worksheet.add_data_validation(rule)
        letter = get_column_letter(place)
        rule.add(f"{letter}2:{letter}{end}")

    def _colour(self, cells: str, formula: str, fill: PatternFill) -> None:
        rule = FormulaRule(formula=[formula], fill=fill)  # type: ignore[no-untyped-call]
        self.worksheet.conditional_formatting.add(cells, rule)
