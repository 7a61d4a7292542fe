"""A workbook read as a Pack, or every problem named at once with its sheet, row and column."""

from dataclasses import replace

from campaigns.pack import PackRefused, pack_of
from campaigns.pack_marks import Problem, Problems
from campaigns.pack_values import Pack
from campaigns.workbook_file import read_book
from campaigns.workbook_tree import tops_of

_SHEET_OF = {
    "campaign.yaml": "Campaign",
    "stages.yaml": "Stages",
    "questions.yaml": "Questions",
    "banks.yaml": "Banks",
    "keywords.yaml": "Keywords",
}


def read_workbook(content: bytes) -> Pack:
    """Raises WorkbookRefused where the file is none to be read, and PackRefused."""
    unread = Problems()
    book = read_book(content, unread)
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
    if problem.file.startswith("texts."):
        return replace(problem, file="Texts", column=problem.file.split(".")[1])
    sheet = _SHEET_OF.get(problem.file, problem.file)
    return replace(problem, file=sheet, column=problem.column or "key")
