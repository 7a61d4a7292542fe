"""A workbook read as a Pack, or all its problems, each with sheet, row and column. Pure."""

from campaigns.pack import PackRefused, pack_of
from campaigns.pack_marks import Problems
from campaigns.pack_values import Pack
from campaigns.workbook_cells import Book
from campaigns.workbook_file import Told, read_book, unheard
from campaigns.workbook_places import placed
from campaigns.workbook_tree import tops_of


def read_workbook(content: bytes, told: Told = unheard) -> Pack:
    """Raises WorkbookRefused where the file is none to be read, and PackRefused."""
    unread = Problems()
    return pack_in(read_book(content, unread, told), unread)


def pack_in(book: Book, unread: Problems) -> Pack:
    """Raises PackRefused, for what is wrong with the pack and with the cells `unread` together."""
    try:
        pack = pack_of(tops_of(book))
    except PackRefused as refused:
        found = {*unread.found, *(placed(problem, book) for problem in refused.problems)}
        raise PackRefused(tuple(sorted(found))) from None
    if unread.found:
        raise PackRefused(tuple(sorted(set(unread.found))))
    return pack
