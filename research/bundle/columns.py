"""What a table of the bundle and a column of it are: one definition for SQL, schema, codebook and
docs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """As the Frictionless table schema names them. A boolean is written as 1 or 0."""

    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "string"
    BOOLEAN = "boolean"


class Privacy(StrEnum):
    #: Leads to a person only by the sealed key of the export.
    PSEUDONYM = "pseudonym"
    #: Together with others it could single a person out; counted in anonymity.json.
    QUASI = "quasi-identifier"
    #: Something about a person: what came, what was answered, when by study day.
    PERSONAL = "personal"
    #: About the programme, the same whoever it concerns.
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Column:
    """`sql`: its value in the table's source. `origin`: where it comes from, in words. `empty`:
    what an empty cell means. `values`: all it can be, with what each means; none where it is open.
    """

    name: str
    kind: Kind
    meaning: str
    sql: str
    origin: str
    unit: str = ""
    empty: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    privacy: Privacy = Privacy.PERSONAL
    #: Made of hexadecimal digits here, so that no spreadsheet takes it for a formula.
    is_own: bool = False

    @property
    def needs_guard(self) -> bool:
        """Whether its text could begin as a formula does."""
        return self.kind is Kind.TEXT and not self.values and not self.is_own


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key: this table's column, and the table and column it leads to."""

    column: str
    table: str
    to: str


@dataclass(frozen=True, slots=True)
class Table:
    """`source`: FROM and WHERE. `order`: expressions of it that no two rows share, so that the same
    data come in the same order. `before`: common table expressions, without WITH."""

    name: str
    title: str
    meaning: str
    source: str
    order: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...] = ()
    before: str = ""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)
