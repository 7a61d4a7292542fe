"""A language as people text it: its code, its own name, or its name in English. Pure."""

from collections.abc import Sequence
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

from messaging.folding import fold


def read_language(text: str, languages: Sequence[str]) -> str | None:
    """The one of `languages` that is meant; the first, where a name fits several."""
    said = fold(text)
    if not said:
        return None
    for names in (_full_names, _short_names):
        for language in languages:
            if said in names(language):
                return language
    return None


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """English, where the language is unknown to Babel."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=256)
def _full_names(language: str) -> frozenset[str]:
    """nb: nb, norsk bokmal, norwegian bokmal."""
    locale = locale_of(language)
    if locale.language != language.replace("_", "-").split("-")[0].lower():
        return frozenset({fold(language)})
    names = (language, locale.get_display_name(), locale.language_name, locale.english_name)
    return frozenset(fold(name) for name in names if name)


@lru_cache(maxsize=256)
def _short_names(language: str) -> frozenset[str]:
    """The first word alone: nb: norsk, norwegian; pt-BR: pt, portugues."""
    names = ("no", *_full_names(language)) if language in ("nb", "nn") else _full_names(language)
    return frozenset(name.split(" ")[0] for name in names)
