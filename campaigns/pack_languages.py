"""A pack in some of its languages, such as a new workbook in those its campaign wants. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from babel.languages import get_official_languages

from campaigns.pack_texts import BY_ACTION
from campaigns.pack_values import Pack, PackKeyword
from campaigns.rules import ANY_LANGUAGE, KeywordAction

#: What the starter is written in.
STARTER_LANGUAGES = {
    "en": "English",
    "nb": "Norwegian bokmål",
    "nn": "Norwegian nynorsk",
    "es": "Spanish, unreviewed",
    "fr": "French, unreviewed",
    "pt": "Portuguese, unreviewed",
    "ar": "Arabic, unreviewed",
    "hi": "Hindi, unreviewed",
}


def in_languages(pack: Pack, wanted: Collection[str]) -> Pack:
    """Of a pack that asks nobody for a language. All of them stay where none is wanted; where one
    is left, nothing changes the language any more."""
    kept = tuple(language for language in pack.languages if language in wanted) or pack.languages
    unsaid = set(BY_ACTION[KeywordAction.LANGUAGE]) if len(kept) == 1 else set()
    return replace(
        pack,
        languages=kept,
        default_language=pack.default_language if pack.default_language in kept else kept[0],
        keywords=tuple(_spoken(pack, kept)),
        texts={
            language: {key: text for key, text in pack.texts[language].items() if key not in unsaid}
            for language in kept
        },
        defaults={code: found for code, found in pack.defaults.items() if code in kept},
    )


def spoken_in(country: str, offered: Collection[str]) -> tuple[str, ...]:
    """The official ones, the country's order kept, English before them: keys and conditions are
    written in it, and a translator begins from it."""
    official = get_official_languages(country, de_facto=True)
    return tuple(code for code in dict.fromkeys(("en", *official)) if code in offered)


def _spoken(pack: Pack, kept: tuple[str, ...]) -> Iterator[PackKeyword]:
    for keyword in pack.keywords:
        if keyword.action == KeywordAction.LANGUAGE and len(kept) == 1:
            continue
        words = {
            code: said for code, said in keyword.words.items() if code in (*kept, ANY_LANGUAGE)
        }
        if words:
            yield replace(keyword, words=words)
