"""What a sheet of a workbook is made of: columns, how their cells are read, what may stand there.
Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a cell is read. `WORDS` are several, with commas between them."""

    TEXT = "text"
    WORDS = "words"
    WHOLE = "whole"
    NUMBER = "number"
    CLOCK = "clock"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """`choices`: a closed list. `of`: the sheet and column whose values may stand here."""

    name: str
    note: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """`by_language`: further columns, one for each language, of this kind. `any_language`: and one
    before them for words of every language. `optional`: one without it is read too. `name` is also
    what errors call it."""

    name: str
    note: str
    columns: tuple[Column, ...]
    by_language: Kind | None = None
    any_language: bool = False
    optional: bool = False

    def names(self, languages: Sequence[str]) -> list[str]:
        own = [column.name for column in self.columns]
        if self.by_language is None:
            return own
        return [*own, *([ANY] if self.any_language else []), *languages]


ANY = "any"
#: The sheet whose rows are settings, one a row.
CAMPAIGN, SETTING, VALUE = "Campaign", "setting", "value"


def key_column(note: str) -> Column:
    return Column("key", note, required=True)


def of_sheet(name: str, sheet: str, column: str = "key", note: str = "", **more: bool) -> Column:
    note = note or f"one of the sheet {sheet}"
    return Column(name, note, of=(sheet, column), required=more.get("required", False))


def whole(name: str, note: str) -> Column:
    return Column(name, note, Kind.WHOLE)


def number(name: str, note: str) -> Column:
    return Column(name, note, Kind.NUMBER)


def choice(name: str, choices: type[StrEnum], note: str, *, required: bool = False) -> Column:
    return Column(name, note, choices=tuple(choices), required=required)
