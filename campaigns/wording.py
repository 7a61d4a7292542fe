"""Placeholders in stored texts: compiled once, inserted once.

`{{ name }}` is the whole grammar. Names come from a closed list: a person's own fields, and the
campaign's country variables, which are set before publishing and become part of the text. Stored
text is never given to str.format or a template engine: both reach attributes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from messaging.segments import Measure, is_gsm7, measure, septets

#: A person's own fields, and the longest value each may insert, in septets; lint measures with
#: exactly this.
LONGEST_OWN = {
    "first_name": 20,
    "quit_date": 20,
    "days_smoke_free": 4,
    "money_saved": 12,
    "own_reason": 40,
    "resume_date": 20,
    "own_hours": 11,
    "erase_code": 4,
    # Room for an address of 43 signs before /me/ and the token; see enrolment.checks.
    "web_link": 70,
}
PERSONAL_FIELDS = frozenset(LONGEST_OWN)
#: Placeholders worked out from what a person told.
ECHOING = frozenset({"money_saved", "own_reason"})
#: The longest value of any other placeholder: a country variable not yet set.
LONGEST_VALUE = 20

_TOKEN = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class MissingValue(Exception):
    """A personal field has neither a value nor a default; carries the field's name only."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text split at its placeholders: literal, field, literal, ... (odd places are fields)."""

    parts: tuple[str, ...]
    gsm7: bool
    fields: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", self.parts[1::2])


def compile_wording(text: str, variables: Mapping[str, str]) -> Wording:
    """Raises MissingValue for a country variable without a value."""
    parts: list[str] = [""]
    for place, piece in enumerate(_TOKEN.split(text)):
        if place % 2 == 0:
            parts[-1] += piece
        elif piece in PERSONAL_FIELDS:
            parts += [piece, ""]
        elif variables.get(piece):
            parts[-1] += variables[piece]
        else:
            raise MissingValue(piece)
    return Wording(parts=tuple(parts), gsm7=all(is_gsm7(part) for part in parts[0::2]))


def render(wording: Wording, values: Mapping[str, str], defaults: Mapping[str, str]) -> str:
    """The finished text. Raises MissingValue when a field has neither a value nor a default."""
    if len(wording.parts) == 1:
        return wording.parts[0]
    pieces = list(wording.parts)
    for place in range(1, len(pieces), 2):
        pieces[place] = _fitting(pieces[place], wording, values, defaults)
    return "".join(pieces)


def _fitting(
    name: str, wording: Wording, values: Mapping[str, str], defaults: Mapping[str, str]
) -> str:
    """A value gives way to its default when it is too long, or when it alone would turn a GSM-7
    text into UCS-2, which more than halves what a segment holds."""
    value = values.get(name, "")
    if not value.isprintable():
        value = _CONTROL.sub(" ", value)
    value = value.strip()
    if value and _fits(value, LONGEST_OWN[name]) and (not wording.gsm7 or is_gsm7(value)):
        return value
    if defaults.get(name):
        return defaults[name]
    raise MissingValue(name)


def _fits(value: str, longest: int) -> bool:
    # No character takes more than two septets.
    if 2 * len(value) <= longest:
        return True
    return (septets(value) if is_gsm7(value) else len(value)) <= longest


def placeholders(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text))


def filled(text: str, known: Mapping[str, str]) -> str:
    """With the placeholders that are known; the others stay as they are."""
    return _TOKEN.sub(lambda token: known.get(token[1], token[0]), text)


def stray_braces(text: str) -> bool:
    """Whether braces are left once every well-formed placeholder is taken out."""
    rest = _TOKEN.sub("", text)
    return "{{" in rest or "}}" in rest


def worst_case(text: str, variables: Mapping[str, str] | None = None) -> Measure:
    """How long the text can get: every unknown value taken as the longest a field may insert."""
    known = variables or {}

    def longest(token: re.Match[str]) -> str:
        return known.get(token[1]) or "n" * LONGEST_OWN.get(token[1], LONGEST_VALUE)

    return measure(_TOKEN.sub(longest, text))


def unknown_placeholders(text: str, variables: Iterable[str]) -> list[str]:
    return sorted(placeholders(text) - PERSONAL_FIELDS - frozenset(variables))
