"""A pack in some of its languages, such as a new workbook in those its campaign wants. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from babel.languages import get_official_languages

from campaigns.manners import base_of
from campaigns.pack_texts import BY_ACTION
from campaigns.pack_values import Pack, PackKeyword, PackQuestion
from campaigns.rules import ANY_LANGUAGE, REMIND, KeywordAction

#: The attribute that a question which language sets.
LANGUAGE = "language"
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
    """What the other languages said goes; all of them stay where none is wanted. With one left so
    do the question which, and the word that changes it."""
    kept = tuple(language for language in pack.languages if language in wanted) or pack.languages
    questions = tuple(_narrowed(question, kept) for question in pack.questions)
    mute = {question.key for question in questions if _asks_nothing(question, kept)}
    return replace(
        pack,
        languages=kept,
        default_language=pack.default_language if pack.default_language in kept else kept[0],
        onboarding=tuple(key for key in pack.onboarding if key not in mute),
        questions=tuple(question for question in questions if question.key not in mute),
        keywords=tuple(_spoken(pack.keywords, kept)),
        texts=_without(pack, kept, mute),
        defaults={language: pack.defaults.get(language, {}) for language in kept},
        native_readers={
            language: read for language, read in pack.native_readers.items() if language in kept
        },
    )


def spoken_in(country: str, offered: Collection[str]) -> tuple[str, ...]:
    """The official ones, the country's order kept, English before them: keys and conditions are
    written in it, and a translator begins from it."""
    official = get_official_languages(country, de_facto=True)
    return tuple(code for code in dict.fromkeys(("en", *official)) if code in offered)


def _narrowed(question: PackQuestion, kept: tuple[str, ...]) -> PackQuestion:
    choices = tuple(
        replace(choice, words=_of(choice.words, kept))
        for choice in question.choices
        if question.attribute != LANGUAGE or choice.value in kept
    )
    return replace(question, choices=choices)


def _asks_nothing(question: PackQuestion, kept: tuple[str, ...]) -> bool:
    return question.attribute == LANGUAGE and len(kept) == 1


def _spoken(keywords: Iterable[PackKeyword], kept: tuple[str, ...]) -> Iterator[PackKeyword]:
    for keyword in keywords:
        words = _of(keyword.words, kept)
        if words and not (keyword.action == KeywordAction.LANGUAGE and len(kept) == 1):
            yield replace(keyword, words=words)


def _of(
    words: Mapping[str, tuple[str, ...]], kept: tuple[str, ...]
) -> Mapping[str, tuple[str, ...]]:
    return {
        language: found for language, found in words.items() if language in (*kept, ANY_LANGUAGE)
    }


def _without(pack: Pack, kept: tuple[str, ...], mute: set[str]) -> Mapping[str, Mapping[str, str]]:
    unsaid = {
        f"{before}{key}" for key in mute for before in ("question.", "again.", "reply.", REMIND)
    }
    if len(kept) == 1:
        unsaid |= set(BY_ACTION[KeywordAction.LANGUAGE])
    return {
        language: {
            key: text for key, text in pack.texts[language].items() if base_of(key) not in unsaid
        }
        for language in kept
    }
