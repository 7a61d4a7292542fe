"""The cell a problem of a workbook is about. Pure.

Rules that look at how parts fit together know a row, or only the pack's file: here that becomes a
sheet, a row and a column. Such a rule quotes what it found wrong, and so the cell is the one that
holds what is quoted, in the row itself or in a row that belongs to it.
"""

from collections.abc import Iterator
from dataclasses import replace

from campaigns.pack_marks import Problem
from campaigns.workbook_cells import Book, Row
from campaigns.workbook_sheets import BY_NAME
from trust.telling import Told, tell

_SHEET_OF = {
    "campaign.yaml": "Campaign",
    "stages.yaml": "Stages",
    "questions.yaml": "Questions",
    "banks.yaml": "Banks",
    "keywords.yaml": "Keywords",
}
_FILES = tuple(_SHEET_OF)
_SHOWN = 60


def placed(problem: Problem, book: Book) -> Problem:
    reason = _in_sheets(problem.reason)
    if problem.file.startswith("texts."):
        # No row has it: where there is one, its cell is named.
        if reason.endswith(" is missing"):
            reason = tell("%(what)s; write it in a new row", what=reason)
        return replace(problem, reason=reason, file="Texts", column=problem.file.split(".")[1])
    sheet = _SHEET_OF.get(problem.file, problem.file)
    first = BY_NAME[sheet].columns[0].name if sheet in BY_NAME else "key"
    found = replace(problem, reason=reason, file=sheet, column=problem.column or first)
    return _quoted(found, book) if found.column in ("key", first) else found


def _in_sheets(reason: str) -> str:
    """What is called by its file is a sheet here."""
    if not isinstance(reason, Told):
        return reason
    values = {
        name: tell("the sheet %(sheet)s", sheet=_SHEET_OF[value]) if value in _FILES else value
        for name, value in reason.values.items()
    }
    return Told(reason.one, reason.many, reason.number, values)


def _quoted(problem: Problem, book: Book) -> Problem:
    for row in _rows(problem, book):
        for head in row.cells:
            value = row.text(head)
            if head != "key" and value and _stands_in(value, problem):
                return replace(
                    problem, file=row.sheet, line=row.number, column=head, value=value[:_SHOWN]
                )
    return problem


def _stands_in(value: str, problem: Problem) -> bool:
    """The whole cell, or one of its words; of keywords the reason begins with the word."""
    parts = (value, *value.split(", "))
    begins = problem.file == "Keywords"
    return any(
        repr(part) in problem.reason or (begins and problem.reason.startswith(f"{part} "))
        for part in parts
    )


def _rows(problem: Problem, book: Book) -> Iterator[Row]:
    """The row itself, then those of other sheets whose first cell names it."""
    own = [row for row in book.rows.get(problem.file, ()) if row.number == problem.line]
    yield from own
    for key in filter(None, (row.text("key") for row in own)):
        for sheet, rows in book.rows.items():
            if sheet not in (problem.file, "Texts"):
                yield from (row for row in rows if key in _names(row))


def _names(row: Row) -> tuple[str, ...]:
    return tuple(row.text(column) for column in ("stage", "step", "question", "bank"))
