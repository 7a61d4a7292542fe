"""What a person texted, without what would tell who it was. Pure.

Numbers, addresses, links, dates and the names known here are taken out, and more with them: better
a poorer text than a name in it. A name nobody wrote down, a place or a rare story stays, so
scrubbed words are for those who may read texts anyway.
"""

import re
from collections.abc import Set

from trust.redaction import NUMBER, redact

NAME, DATE, LINK = "[name]", "[date]", "[link]"
_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov",
    "dec", "des",
)  # fmt: skip
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*"
_LINKS = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|org|net|no|uk|io|me)/\S*", re.I)
_DATES = re.compile(
    r"\b\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}\b(?:\s+\d{{4}})?"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?",
    re.I,
)
_DIGITS = re.compile(r"\d[\d\s]{2,}\d")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_ACTIVE = re.compile(r"\s*[-=+@\t\r\n]")


def scrubbed(text: str, names: Set[str]) -> str:
    """`names`: casefolded."""
    plain = _LINKS.sub(LINK, redact(text))
    plain = _DIGITS.sub(NUMBER, _DATES.sub(DATE, plain))
    return _WORD.sub(lambda word: _told(word[0], names), plain)


def _told(word: str, names: Set[str]) -> str:
    parts = {word.casefold(), *word.casefold().replace("\u2019", "'").split("'")}
    return NAME if parts & names else word


def guarded(text: str) -> str:
    """As `statement.value` does it in SQL: no cell begins as a formula does."""
    return f"'{text}" if _ACTIVE.match(text) else text
