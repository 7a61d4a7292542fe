"""A curriculum as one country has it: its languages, hours and slots. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from babel import Locale, UnknownLocaleError

from campaigns.country_plan import CountryPlan
from campaigns.pack_texts import BY_ACTION
from campaigns.pack_values import Pack, PackKeyword, PackQuestion
from campaigns.rules import ANY_LANGUAGE, REMIND, KeywordAction

_LANGUAGE = "language"


def localised(pack: Pack, plan: CountryPlan) -> Pack:
    """What left-out languages said goes; with one language left, so does the question which."""
    kept = tuple(language for language in pack.languages if language in plan.languages)
    questions = tuple(_narrowed(question, kept) for question in pack.questions)
    mute = {question.key for question in questions if _asks_nothing(question, kept)}
    spoken = _spoken(pack.keywords, kept)
    return replace(
        pack,
        languages=kept,
        default_language=plan.default_language,
        hours=plan.hours or pack.hours,
        slots={name: plan.slots.get(name) or slot for name, slot in pack.slots.items()},
        onboarding=tuple(key for key in pack.onboarding if key not in mute),
        questions=tuple(question for question in questions if question.key not in mute),
        keywords=tuple(spoken),
        texts=_without(pack, kept, mute),
        defaults={language: pack.defaults.get(language, {}) for language in kept},
    )


def to_reword(shipped: Pack, own: Pack) -> list[str]:
    """Texts, as key (language), that still name a language left out, or the word for another."""
    gone = [language for language in shipped.languages if language not in own.languages]
    if not gone:
        return []
    words = _names(shipped, gone) - _names(shipped, own.languages)
    if len(own.languages) == 1:
        words |= set(_language_words(shipped))
    found = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(words)), re.IGNORECASE)
    return [
        f"{key} ({language})"
        for language in own.languages
        for key, text in own.texts[language].items()
        if found.search(text)
    ]


def _narrowed(question: PackQuestion, kept: tuple[str, ...]) -> PackQuestion:
    choices = tuple(
        replace(choice, words=_of(choice.words, kept))
        for choice in question.choices
        if question.attribute != _LANGUAGE or choice.value in kept
    )
    return replace(question, choices=choices)


def _asks_nothing(question: PackQuestion, kept: tuple[str, ...]) -> bool:
    return question.attribute == _LANGUAGE and len(kept) == 1


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
        language: {key: text for key, text in pack.texts[language].items() if key not in unsaid}
        for language in kept
    }


def _language_words(pack: Pack) -> Iterator[str]:
    for keyword in pack.keywords:
        if keyword.action == KeywordAction.LANGUAGE:
            for words in keyword.words.values():
                yield from words


def _names(pack: Pack, languages: Iterable[str]) -> set[str]:
    """What a language is called: by the choices of the question which, and by itself."""
    chosen = set(languages)
    names = {
        word.casefold()
        for question in pack.questions
        if question.attribute == _LANGUAGE
        for choice in question.choices
        if choice.value in chosen
        for words in choice.words.values()
        for word in words
    }
    for language in chosen:
        try:
            own = Locale.parse(language, sep="-").display_name or ""
        except (UnknownLocaleError, ValueError):
            continue
        names |= set(own.casefold().split())
    return names
