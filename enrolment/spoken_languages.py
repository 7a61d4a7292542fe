"""A language as people text it (its code, its own name, its name in English or in another one on
offer), and the one somebody is first written to in. Pure."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from messaging.folding import fold

_NORWEGIAN = ("nb", "nn")


def read_language(text: str, languages: Sequence[str]) -> str | None:
    """The one of `languages` that is meant; the first, where a name fits several."""
    said, offered = fold(text), tuple(languages)
    if not said:
        return None
    for names in (_full_names, _short_names):
        for language in offered:
            if said in names(language, offered):
                return language
    return None


def first_language(
    languages: Sequence[str], default: str, *, word: Collection[str], country: str
) -> str:
    """Of `languages`, for somebody of whom only the join word and the number are known.

    word: those the word belongs to, nothing where it is any language's. country: the number's.
    Where several are left, the one that the country speaks first; else the default.
    """
    open_ones = [language for language in languages if language in word] or list(languages)
    if len(open_ones) == 1:
        return open_ones[0]
    for spoken in get_official_languages(country, de_facto=True):
        for language in open_ones:
            if _main(language) == spoken:
                return language
    return default if default in open_ones else open_ones[0]


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """English, where the language is unknown to Babel."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=256)
def _full_names(language: str, offered: tuple[str, ...]) -> frozenset[str]:
    """nb: nb, norsk bokmal, norwegian bokmal."""
    locale = locale_of(language)
    if locale.language != _main(language):
        return frozenset({fold(language)})
    names = {language, locale.get_display_name(), locale.language_name, locale.english_name}
    names |= {locale.get_display_name(locale_of(other)) for other in offered}
    return frozenset(fold(name) for name in names if name)


@lru_cache(maxsize=256)
def _short_names(language: str, offered: tuple[str, ...]) -> frozenset[str]:
    """The first word alone: nb: norsk, norwegian; pt-BR: pt, portugues. Of Norwegian the last one
    too, for bokmal and nynorsk are what both are called."""
    words = [name.split(" ") for name in _full_names(language, offered)]
    if language not in _NORWEGIAN:
        return frozenset(name[0] for name in words)
    return frozenset({"no", *(name[place] for name in words for place in (0, -1))})


def _main(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
