"""Digits of any script as 0 to 9, so that patterns and sums are written once. Pure."""

import unicodedata

#: Arabic signs inside numbers: the decimal point, the sign between thousands, the comma.
_SIGNS = {"\u066b": ".", "\u066c": ",", "\u060c": ","}


def plain(text: str) -> str:
    """NFKC, without case, with plain digits; invisible signs, such as those that turn the writing's
    direction, are gone."""
    return "".join(map(_plain, unicodedata.normalize("NFKC", text).casefold()))


def _plain(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    digit = unicodedata.decimal(character, None)
    return _SIGNS.get(character, character) if digit is None else str(digit)
