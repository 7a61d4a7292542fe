"""Rows of a list of people read as what is to be done for each, or all that is wrong. Pure.

No consent is ever made up: a row either asks the person, or says when she agreed, how, and where
that can be read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from enrolment.invited import LONGEST_REFERRER, is_plain_reference, name_in
from enrolment.people_table import Cells, Table
from messaging.addresses import is_number, normalised
from trust.telling import tell


class Kind(StrEnum):
    """What a list is for."""

    ENROL = "enrol"
    IMPORT = "import"


class Deed(StrEnum):
    """What is to be done for one person."""

    ASK = "ask"
    #: Her consent is on paper.
    ENROL = "enrol"
    #: She goes on where another programme left her.
    TAKE_OVER = "take_over"
    #: She told another programme to stop.
    STOP = "stop"


_HOW = ("web", "referral", "missed_call", "paper")
#: Another programme may have had the word by text.
_HOW_BEFORE = (*_HOW, "sms", "api", "staff")
COLUMNS: Mapping[Kind, Sequence[str]] = {
    Kind.ENROL: (
        *("number", "first_name", "language", "how", "consent", "said_on", "reference"),
        *("calls", "referrer", "test"),
    ),
    Kind.IMPORT: (
        *("number", "first_name", "language", "how", "said_on", "reference", "enrolled_on"),
        *("quit_date", "stage", "stage_since", "dose", "calls", "opted_out", "test"),
    ),
}
_YES = frozenset({"yes", "y", "x", "1", "true", "ja", "oui", "si", "sí", "sim"})
_NO = frozenset({"", "no", "n", "0", "false", "nei", "non", "nao", "não"})
_A_DAY = tell("write the day as 2026-11-30 or 30.11.2026")
_YES_OR_DAY = tell("write yes, or the day as 2026-11-30 or 30.11.2026")
_LONGEST_AGO = timedelta(days=366 * 10)
_FURTHEST_QUIT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Person:
    """`said_on`: the day she asked or agreed. `reference`: where that can be read, or its wording.
    `referrer`: who sent her. `calls`: she agreed to be
    called, too. `opted_out_on` is None where only that she did is known."""

    row: int
    deed: Deed
    number: str = field(repr=False)
    language: str
    first_name: str = field(default="", repr=False)
    how: str = "paper"
    said_on: date | None = None
    reference: str = field(default="", repr=False)
    referrer: str = ""
    calls: bool = False
    is_test: bool = False
    enrolled_on: date | None = None
    quit_date: date | None = None
    stage: str = ""
    stage_since: date | None = None
    dose: str = ""
    opted_out_on: date | None = None

    def as_words(self) -> str:
        return json.dumps(asdict(self), default=str, separators=(",", ":"))


_DAYS = ("said_on", "enrolled_on", "quit_date", "stage_since", "opted_out_on")


def person_of(words: str) -> Person:
    """As `as_words` wrote it."""
    kept: dict[str, Any] = json.loads(words)
    days = {name: date.fromisoformat(kept[name]) for name in _DAYS if kept[name]}
    return Person(**{**kept, **days, "deed": Deed(kept["deed"])})


@dataclass(frozen=True, slots=True)
class Frame:
    """What the campaign allows. `stages`: those a person can be put into; `country`: of a number
    that is written without one."""

    kind: Kind
    today: date
    country: str
    languages: Sequence[str]
    default_language: str
    stages: Sequence[str] = ()
    doses: Sequence[str] = ()


def people_in(table: Table, frame: Frame) -> tuple[list[Person], list[tuple[int, int]]]:
    """The people, and rows that say the same number again as (row, the row that counts). Everything
    wrong is in `table.problems`. Of two rows one that asks to be left alone counts."""
    read = [_Reading(table, cells, frame).person() for cells in table.rows]
    found = [person for person in read if person is not None]
    counts: dict[str, Person] = {}
    for person in found:
        first = counts.get(person.number)
        if first is None or (person.deed is Deed.STOP and first.deed is not Deed.STOP):
            counts[person.number] = person
    again = [
        (person.row, counts[person.number].row)
        for person in found
        if counts[person.number] is not person
    ]
    return sorted(counts.values(), key=lambda person: person.row), again


class _Reading:
    """One row."""

    def __init__(self, table: Table, cells: Cells, frame: Frame) -> None:
        self.table, self.cells, self.frame = table, cells, frame

    def person(self) -> Person | None:
        """None where something is wrong with it."""
        found = self._stopped() or self._wanted()
        return None if self.table.is_spoiled(self.cells.row) else found

    def _stopped(self) -> Person | None:
        if self.frame.kind is not Kind.IMPORT:
            return None
        said = self._text("opted_out").casefold()
        if said in _NO:
            return None
        day = None if said in _YES else self._past_day("opted_out", _YES_OR_DAY)
        language = self.frame.default_language
        return Person(self.cells.row, Deed.STOP, self._number(), language, opted_out_on=day)

    def _wanted(self) -> Person:
        person = Person(
            row=self.cells.row,
            deed=self._deed(),
            number=self._number(),
            language=self._one_of("language", self.frame.languages) or self.frame.default_language,
            first_name=self._first_name(),
            said_on=self._past_day("said_on"),
            reference=self._text("reference"),
            referrer=self._referrer(),
            calls=self._flag("calls"),
            is_test=self._flag("test"),
        )
        if person.deed is Deed.ASK:
            if person.calls:
                self._wrong(
                    "calls", tell("a yes to a call needs its paper; without one leave it empty")
                )
            how = self._how(_HOW) or ("referral" if person.referrer else "paper")
            return replace(person, how=how)
        self._require("said_on", tell("write the day the person agreed, such as 2026-11-30"))
        self._require(
            "reference",
            tell("write where the consent can be read, such as Form 12, or its words"),
        )
        if person.deed is Deed.ENROL:
            return person
        self._require("how", tell("write how the person agreed: %(ways)s", ways=list(_HOW_BEFORE)))
        self._require("enrolled_on", tell("write the day the person joined, such as 2026-11-30"))
        return replace(
            person,
            how=self._how(_HOW_BEFORE),
            enrolled_on=self._past_day("enrolled_on"),
            quit_date=self._quit_date(),
            stage=self._one_of("stage", self.frame.stages),
            stage_since=self._past_day("stage_since"),
            dose=self._one_of("dose", self.frame.doses),
        )

    def _deed(self) -> Deed:
        if self.frame.kind is Kind.IMPORT:
            return Deed.TAKE_OVER
        consent = self._one_of("consent", ("ask", "paper"))
        return Deed.ENROL if consent == "paper" else Deed.ASK

    def _number(self) -> str:
        said = self._text("number")
        number = normalised(said, self.frame.country) if said else ""
        if not is_number(number):
            self._wrong("number", tell("write the whole number with + and its country's figures"))
        return number

    def _first_name(self) -> str:
        said = self._text("first_name")
        name = name_in(said) if said else ""
        if name is None:
            self._wrong(
                "first_name", tell("write just a first name, without figures, or leave it empty")
            )
        return name or ""

    def _referrer(self) -> str:
        said = self._text("referrer")
        if said and not is_plain_reference(said):
            self._wrong(
                "referrer",
                tell(
                    "write a code or a place of at most %(most)s signs, without a number or an "
                    "address",
                    most=LONGEST_REFERRER,
                ),
            )
        return said

    def _how(self, ways: Sequence[str]) -> str:
        return self._one_of("how", ways)

    def _quit_date(self) -> date | None:
        day = self._day("quit_date")
        if day is not None and not -_LONGEST_AGO <= day - self.frame.today <= _FURTHEST_QUIT:
            self._wrong("quit_date", tell("this day is too far away; look at the year"))
        return day

    def _past_day(self, column: str, expected: str = _A_DAY) -> date | None:
        day = self._day(column, expected)
        if day is not None and not self.frame.today - _LONGEST_AGO <= day <= self.frame.today:
            self._wrong(column, tell("this day lies ahead, or too far back; look at the year"))
        return day

    def _day(self, column: str, expected: str = _A_DAY) -> date | None:
        said = self._text(column)
        if not said:
            return None
        parts = said.split(".")
        if len(parts) == 3 and all(part.strip().isdecimal() for part in parts):
            said = "-".join(part.strip().zfill(2) for part in reversed(parts))
        try:
            return date.fromisoformat(said)
        except ValueError:
            self._wrong(column, expected)
            return None

    def _one_of(self, column: str, allowed: Sequence[str]) -> str:
        said = self._text(column)
        if not said:
            return ""
        plain = "_".join(said.casefold().split())
        found = next((each for each in allowed if each.casefold() == plain), None)
        if found is None:
            self._wrong(
                column,
                tell("write one of %(words)s", words=list(allowed))
                if allowed
                else tell("write nothing: this campaign has none"),
            )
        return found or ""

    def _flag(self, column: str) -> bool:
        said = self._text(column).casefold()
        if said not in _YES | _NO:
            self._wrong(column, tell("write yes or no"))
        return said in _YES

    def _require(self, column: str, reason: str) -> None:
        if not self._text(column):
            self._wrong(column, reason)

    def _text(self, column: str) -> str:
        return self.cells.values.get(column, "")

    def _wrong(self, column: str, reason: str) -> None:
        self.table.wrong(self.cells.row, column, reason)
