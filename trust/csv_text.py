"""Tables as CSV that a spreadsheet takes for figures, never for formulas. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

#: A cell that begins so is run by spreadsheets; a quote before it makes it plain words.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return heading(heads) + lines(rows)


def heading(heads: Sequence[str]) -> str:
    """The first line of a file that is written a piece at a time. With a byte order mark, since
    spreadsheets else take other letters than a to z wrongly."""
    return "\ufeff" + lines([heads])


def lines(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [_cell(value) for value in row] for row in rows
    )
    return text.getvalue()


def _cell(value: object) -> object:
    """Numbers stay numbers, also below nought."""
    if isinstance(value, str) and value.lstrip().startswith(_ACTIVE):
        return f"'{value}"
    return "" if value is None else value
