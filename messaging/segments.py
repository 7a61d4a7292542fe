"""How a text is billed: GSM-7 or UCS-2, and in how many segments.

A segment carries 140 octets: 160 septets or 70 UTF-16 units alone, 153 or 67 as a part of several
(six octets go to the joining header). Twilio's calculator and `smsutil` agree on these counts. The
national shift tables of 3GPP TS 23.038 are left out: aggregators don't use them.
"""

from typing import Literal, NamedTuple

Encoding = Literal["gsm7", "ucs2"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Sent as ESC and a character: two septets, which must stay in one segment.
EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM7 = BASIC | EXTENSION

#: What one segment holds when it comes alone.
ALONE = {"gsm7": 160, "ucs2": 70}
_PART = {"gsm7": 153, "ucs2": 67}


class Measure(NamedTuple):
    """`units` are septets in gsm7 and UTF-16 code units in ucs2."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Measure:
    """The text exactly as given: normalise to NFC first, or `a` + ring counts as UCS-2."""
    if BASIC.issuperset(text) and len(text) <= ALONE["gsm7"]:
        # Nearly every text; a tick measures all it queues.
        return Measure("gsm7", len(text), 1)
    encoding = _encoding(text)
    units = _units(text, encoding)
    segments = 1 if units <= ALONE[encoding] else len(split(text))
    return Measure(encoding=encoding, units=units, segments=segments)


def split(text: str) -> list[str]:
    """The segments in order; joined they are the text. An empty text is one empty segment."""
    encoding = _encoding(text)
    costs = [_cost(character, encoding) for character in text]
    if sum(costs) <= ALONE[encoding]:
        return [text]
    parts: list[str] = []
    start = filled = 0
    for place, cost in enumerate(costs):
        if filled + cost > _PART[encoding]:
            parts.append(text[start:place])
            start, filled = place, 0
        filled += cost
    return [*parts, text[start:]]


def is_gsm7(text: str) -> bool:
    return _GSM7.issuperset(text)


def foreign_characters(text: str) -> list[str]:
    """Each character that makes the text UCS-2, once, in order of appearance."""
    return [character for character in dict.fromkeys(text) if character not in _GSM7]


def septets(text: str) -> int:
    """Raises ValueError for a text that GSM-7 cannot carry; the text is not repeated."""
    if not is_gsm7(text):
        raise ValueError("the text has characters outside GSM-7")
    return _units(text, "gsm7")


def _encoding(text: str) -> Encoding:
    return "gsm7" if is_gsm7(text) else "ucs2"


def _units(text: str, encoding: Encoding) -> int:
    """The sum of `_cost`, by whole-string counting."""
    if encoding == "ucs2":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text) + sum(map(text.count, EXTENSION))


def _cost(character: str, encoding: Encoding) -> int:
    if encoding == "gsm7":
        return 2 if character in EXTENSION else 1
    # Beyond the basic plane UTF-16 needs a surrogate pair.
    return 2 if ord(character) > 0xFFFF else 1
