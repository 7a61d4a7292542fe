"""What is left of a text when it is compared: the same word however it was typed. Pure.

Only ever for comparing. What a person wrote is stored as she wrote it.
"""

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = frozenset("'\u2019\u2018\u02bc\u00b4`")
#: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels and carried hamzas, the nukta
#: that Hindi is often written without, the emoji selectors.
_DIACRITIC = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640\u093c\ufe00-\ufe0f]")
#: Letters with no accent to take away that are typed without theirs all the same.
_LOOSE_LETTERS = {
    "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i",
    # Arabic: wasla alef, teh marbuta, alef maqsura, the lone hamza; Persian and Urdu forms.
    "\u0671": "\u0627", "\u0629": "\u0647", "\u0649": "\u064a", "\u0621": "",
    "\u06cc": "\u064a", "\u06a9": "\u0643", "\u06c1": "\u0647", "\u06d2": "\u064a",
    # Devanagari: the moon dot is typed as a plain dot.
    "\u0901": "\u0902",
}  # fmt: skip
_SIGNATURE = re.compile(
    r"\n[ \t]*--[ \t]*(?:\n|$).*"
    r"|\n\s*(?:sent (?:from|via|with)|get outlook for|sendt? (?:fra|frå|via)"
    r"|enviado (?:desde|do|de|a partir)|envoy[ée] (?:de|depuis|à partir)"
    r"|(?:تم الإرسال|أُ?رسلت|ارسلت) من|मेरे \S+ से भेजा) .{0,60}$",
    re.IGNORECASE | re.DOTALL,
)
_RUN = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """NFKC, no case, diacritics, punctuation, emoji or invisible characters; one form of each
    Arabic letter, ASCII digits, single blanks. An apostrophe vanishes (`don't` is `dont`), other
    signs part words. The marks of Indic and Thai writing are letters and stay."""
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII).split())
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(unicodedata.normalize("NFC", "".join(map(_folded, plain))).split())


def without_signature(text: str) -> str:
    """Cut after a line of two hyphens, or before a last line such as `Sent from my phone`."""
    if "\n" not in text:
        return text
    return _SIGNATURE.sub("", text).strip() or text


def squeezed(word: str) -> str:
    """Doubled letters once: `stoppp` and `stop` are alike."""
    return _RUN.sub(r"\1", word)


def one_slip(one: str, other: str) -> bool:
    """Whether one slip of the thumb leads from one word to the other: a letter wrong, missing or
    too many, or two neighbours swapped. Not of two words that are the same."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) > len(right):
        return left[1:] == right
    if len(left) < len(right):
        return left == right[1:]
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character in _APOSTROPHES or _DIACRITIC.fullmatch(character):
        return ""
    if character in _LOOSE_LETTERS:
        return _LOOSE_LETTERS[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Me"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LNM" else " "


#: Most texts are plain ASCII, and one table serves them all.
_ASCII = {code: _folded(chr(code)) for code in range(128)}
