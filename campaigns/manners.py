"""One text worded in another manner: discreet, or to whoever cares for the person. Pure.

`day.0~discreet` stands beside `day.0` among a version's texts, and is sent in its place to people
who chose discreet texts. A wording that is only `=` says that the usual words tell nothing, and
serve. A planned text with neither is not sent to them.
"""

from collections.abc import Iterator, Mapping

DISCREET = "discreet"
CARE = "care"
MANNERS = (DISCREET, CARE)
AS_USUAL = "="
_SIGN = "~"


def in_manner(key: str, manner: str) -> str:
    return f"{key}{_SIGN}{manner}"


def base_of(key: str) -> str:
    """The key of the usual wording; the key itself where it is one."""
    base, sign, manner = key.rpartition(_SIGN)
    return base if sign and manner in MANNERS else key


def resolved(key: str, texts: Mapping[str, str]) -> str | None:
    """The words of one language's text, those of the usual wording where it says so."""
    words = texts[key]
    return texts.get(base_of(key)) if words.strip() == AS_USUAL else words


def discreet_texts(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(key, words) of all of one language's texts that discreet people may get: what a lint of
    discreet wordings reads."""
    for key in texts:
        words = resolved(key, texts) if key.endswith(_SIGN + DISCREET) else None
        if words is not None:
            yield key, words
