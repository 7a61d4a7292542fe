"""A condition's text cut into words: names, signs, literals, each with its column. Pure.

Mistakes that a spreadsheet or a word processor teaches (==, <>, curly quotes) are met here, each
with what to write instead.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import NoReturn

from trust.telling import tell

LONGEST = 500
#: How much of a word a message repeats.
_SHOWN = 40
#: More digits than a float can tell apart.
_MOST_DIGITS = 15
_TRUTHS = {"true": True, "false": False}
RESERVED = frozenset({"and", "or", "not", "in", "between", "known", "days_since", *_TRUTHS})

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
      | (?P<name>[^\W\d]\w*(?:[.-]\w+)*)
      | (?P<words>'[^']*'|"[^"]*")
      | (?P<slip>==+|<>|=<|=>|&+|\|+|!(?!=)|[≠≤≥\u2018-\u201f\u00ab\u00bb\u00b4`])
      | (?P<sign>!=|<=|>=|[=<>(),])""",
    re.VERBOSE,
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTEAD = {
    "=": tell("write = only once"),
    "<>": tell("for 'is not' write !="),
    "=<": tell("for 'at most' write <="),
    "=>": tell("for 'at least' write >="),
    "&": tell("write the word and"),
    "|": tell("write the word or"),
    "!": tell("write the word not, or != for 'is not'"),
    "≠": tell("for 'is not' write !="),
    "≤": tell("for 'at most' write <="),
    "≥": tell("for 'at least' write >="),
}

Literal = str | int | float | date | bool


class BadCondition(ValueError):
    """A condition that cannot be read. `place` is the column, from 1; `message` says what was
    expected, for the person who wrote it."""

    def __init__(self, place: int, message: str) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message

    def __str__(self) -> str:
        return tell("column %(place)s: %(message)s", place=self.place, message=self.message)


class Sort(StrEnum):
    NAME = "name"
    #: One of RESERVED, in small letters.
    RESERVED = "reserved"
    LITERAL = "literal"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is as written; `value` is that of a literal."""

    sort: Sort
    text: str
    place: int
    value: Literal = ""

    def is_(self, *texts: str) -> bool:
        return self.sort in (Sort.SIGN, Sort.RESERVED) and self.text in texts

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, (int, float)) and not isinstance(self.value, bool)

    @property
    def shown(self) -> str:
        return self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}..."

    @property
    def found(self) -> str:
        return (
            tell("the condition ends here")
            if self.sort is Sort.END
            else tell("found %(shown)s", shown=self.shown)
        )


def tokens(source: str) -> list[Token]:
    """Raises BadCondition."""
    if len(source) > LONGEST:
        raise BadCondition(
            LONGEST + 1,
            tell(
                "a condition has at most %(longest)s characters, this has %(source)s",
                longest=LONGEST,
                source=len(source),
            ),
        )
    return [*_cut(source), Token(Sort.END, "", max(1, len(source.rstrip())))]


def _cut(source: str) -> Iterator[Token]:
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            _refuse_character(source[at], at + 1)
        if match.lastgroup != "space":
            yield _token(str(match.lastgroup), match[0], at + 1)
        at = match.end()


def _token(group: str, text: str, place: int) -> Token:
    if group == "date":
        raise BadCondition(place, tell("put quotes round a date: '%(text)s'", text=text))
    if group == "slip":
        instead = _INSTEAD.get(text) or _INSTEAD.get(text[0], tell("write plain quotes, ' or \""))
        raise BadCondition(
            place, tell("%(text)s is not understood; %(instead)s", text=text, instead=instead)
        )
    if group == "name":
        small = text.lower()
        if small not in RESERVED:
            return Token(Sort.NAME, text, place)
        return Token(Sort.RESERVED, small, place, _TRUTHS.get(small, ""))
    if group == "number":
        return Token(Sort.LITERAL, text, place, _number(text, place))
    if group == "words":
        return Token(Sort.LITERAL, text, place, _words(text[1:-1], place))
    return Token(Sort.SIGN, text, place)


def _number(text: str, place: int) -> int | float:
    if sum(sign.isdigit() for sign in text) > _MOST_DIGITS:
        raise BadCondition(
            place, tell("a number has at most %(most_digits)s digits", most_digits=_MOST_DIGITS)
        )
    return float(text) if "." in text else int(text)


def _words(text: str, place: int) -> str | date:
    if not text.strip():
        raise BadCondition(
            place,
            tell("there is nothing between the quotes; to ask for what is known, use known(...)"),
        )
    if not _ISO.fullmatch(text):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadCondition(
            place, tell("there is no day %(text)s; write year-month-day", text=text)
        ) from None


def _refuse_character(character: str, place: int) -> NoReturn:
    if character in "'\"":
        raise BadCondition(place, tell("the quote opened here is never closed"))
    shown = character if character.isprintable() else tell("an invisible character")
    raise BadCondition(place, tell("%(shown)s has no place in a condition", shown=shown))


def suggestion(word: str, words: Iterable[str]) -> str:
    """The nearest of `words`, or all of them when they are few, to end a message with."""
    known = sorted(words)
    folded = {one.casefold(): one for one in known}
    near = get_close_matches(word.casefold(), folded, 1)
    if near:
        return tell("; did you mean %(folded)s?", folded=folded[near[0]])
    return tell(". Known: %(words)s", words=known) if 0 < len(known) <= 20 else ""


@dataclass
class Cursor:
    """A walk along the tokens. What is refused is refused where it stands."""

    tokens: list[Token]
    at: int = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    @property
    def ended(self) -> bool:
        return self.here.sort is Sort.END

    def take(self) -> Token:
        token = self.here
        self.at += 1
        return token

    def took(self, text: str) -> bool:
        if self.here.is_(text):
            self.at += 1
            return True
        return False

    def open(self, expected: str) -> Token:
        """An opening bracket with something in it."""
        if not self.here.is_("("):
            self.refuse_found(expected)
        opening = self.take()
        if self.here.is_(")"):
            raise BadCondition(opening.place, tell("there is nothing between these brackets"))
        return opening

    def refuse_found(self, expected: str) -> NoReturn:
        self.refuse(tell("%(expected)s; %(found)s", expected=expected, found=self.here.found))

    def refuse(self, message: str) -> NoReturn:
        raise BadCondition(self.here.place, message)
