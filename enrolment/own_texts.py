"""What the engine says of itself and the words it hears, where no campaign has any: who speaks
behind a number, a change of number, discreet texts. `own_words/<code>.toml` holds them. Pure.

A campaign's own text of the key `system.<key>` comes first. Nobody but a native speaker may set
`reviewed`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from messaging.folding import fold, without_signature

LANGUAGES = ("en", "nb", "nn", "es", "fr", "pt", "ar", "hi")
#: What may stand in the texts, each inserted once.
FIELDS = ("people", "name", "code")
WORDS = ("new_number", "discreet", "plain")
TEXTS = (
    "whose", "joins", "somebody_else", "nameless", "about", "full", "wrong_number",
    "new_number_how", "new_number_code", "new_number_limit", "new_number_ask",
    "new_number_ask_care", "moved_here", "moved_away", "discreet_on", "plain_on", "help", "stopped",
    "noted",
)  # fmt: skip
_SAME = {"no": "nb"}


@dataclass(frozen=True, slots=True)
class OwnWords:
    language: str
    reviewed: bool
    words: Mapping[str, frozenset[str]]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One of WORDS, and what stood after it."""

    word: str
    more: str = ""


def own_text(key: str, language: str, **values: str) -> str:
    """In the language asked for, else in English. KeyError where the engine has no such text."""
    text = own_words(_known(language)).texts[key]
    for name in FIELDS:
        text = text.replace("{" + name + "}", values.get(name, ""))
    return text


def own_word(text: str) -> Said | None:
    """The word that a text is, or that it begins with where a number stands behind it. It is heard
    in all languages, as every word is."""
    text = without_signature(text)
    folded = fold(text)
    for word in WORDS:
        said = frozenset().union(*(own_words(code).words[word] for code in LANGUAGES))
        if folded in said:
            return Said(word)
        place = _first_digit(text) if word == "new_number" else 0
        if place and fold(text[:place]) in said:
            return Said(word, text[place:].strip())
    return None


@cache
def own_words(language: str) -> OwnWords:
    """ValueError naming the file where something is missing or not known."""
    file = f"{language}.toml"
    found = tomllib.loads((files(__package__) / "own_words" / file).read_text(encoding="utf-8"))
    for table, keys in (("words", WORDS), ("texts", TEXTS)):
        if set(found[table]) != set(keys):
            odd = ", ".join(sorted(set(found[table]) ^ set(keys)))
            raise ValueError(f"{file}: {table} lacks or does not know {odd}")
    return OwnWords(
        language=language,
        reviewed=bool(found["reviewed"]),
        words={key: frozenset(map(fold, listed)) for key, listed in found["words"].items()},
        texts=found["texts"],
    )


def _known(language: str) -> str:
    code = language.replace("_", "-").split("-")[0].casefold()
    code = _SAME.get(code, code)
    return code if code in LANGUAGES else "en"


def _first_digit(text: str) -> int:
    """Where a number begins; 0 where there is none, or nothing before it."""
    begins = (place for place, sign in enumerate(text) if sign.isdigit() or sign == "+")
    return next(begins, 0)
