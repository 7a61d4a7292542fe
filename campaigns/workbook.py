"""A workbook read as a Pack, or all its problems, each with sheet, row and column. Pure."""

import re
from dataclasses import replace

from campaigns.pack import PackRefused, pack_of
from campaigns.pack_marks import Problem, Problems
from campaigns.pack_values import Pack
from campaigns.workbook_cells import Book
from campaigns.workbook_file import Told, read_book, unheard
from campaigns.workbook_tree import tops_of

_SHEET_OF = {
    "campaign.yaml": "Campaign",
    "stages.yaml": "Stages",
    "questions.yaml": "Questions",
    "banks.yaml": "Banks",
    "keywords.yaml": "Keywords",
}
_FILE = re.compile(r"\b(campaign|stages|questions|banks|keywords)\.yaml")


def read_workbook(content: bytes, told: Told = unheard) -> Pack:
    """Raises WorkbookRefused where the file is none to be read, and PackRefused."""
    unread = Problems()
    return pack_in(read_book(content, unread, told), unread)


def pack_in(book: Book, unread: Problems) -> Pack:
    """Raises PackRefused, for what is wrong with the pack and with the cells `unread` together."""
    try:
        pack = pack_of(tops_of(book))
    except PackRefused as refused:
        found = {*unread.found, *(_placed(problem) for problem in refused.problems)}
        raise PackRefused(tuple(sorted(found))) from None
    if unread.found:
        raise PackRefused(tuple(sorted(set(unread.found))))
    return pack


def _placed(problem: Problem) -> Problem:
    """Checks that know of no place name the file that a pack would have it in."""
    reason = _FILE.sub(lambda file: f"the sheet {_SHEET_OF[file[0]]}", problem.reason)
    if problem.file.startswith("texts."):
        # No row has it: where there is one, its cell is named.
        reason = reason.replace(" is missing", " is missing; write it in a new row")
        return replace(problem, reason=reason, file="Texts", column=problem.file.split(".")[1])
    sheet = _SHEET_OF.get(problem.file, problem.file)
    return replace(problem, reason=reason, file=sheet, column=problem.column or "key")
