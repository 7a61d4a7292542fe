"""Digits of any script as 0 to 9, and the numbers a text tells. Pure."""

import re
import unicodedata

#: Arabic signs inside numbers: the decimal point, the sign between thousands, the comma.
_SIGNS = {"\u066b": ".", "\u066c": ",", "\u060c": ","}
#: "I smoke 10 or so a day" tells a number; a longer text with a number in it tells something else.
NUMBER_WORDS = 6
_NUMBER = re.compile(r"(?<![\d.,])-?\d+(?:[.,]\d+)*")
_PLAIN = re.compile(r"-?\d{1,7}(?:[.,]\d{1,4})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")


def plain(text: str) -> str:
    """NFKC, without case, with plain digits; invisible signs, such as those that turn the writing's
    direction, are gone."""
    return "".join(map(_plain, unicodedata.normalize("NFKC", text).casefold()))


def _plain(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    digit = unicodedata.decimal(character, None)
    return _SIGNS.get(character, character) if digit is None else str(digit)


def numbers_in(written: str) -> list[str]:
    """As they stand in a plain text."""
    return _NUMBER.findall(written)


def meanings_of(spoken: str) -> set[float]:
    """A comma or a point may part thousands or decimals: 25.000 is one or the other."""
    found = set()
    if _PLAIN.fullmatch(spoken):
        found.add(float(spoken.replace(",", ".")))
    if (match := _THOUSANDS.fullmatch(spoken)) and len(spoken) <= len("9,999,999"):
        found.add(float(spoken.replace(match[1], "")))
    return found
