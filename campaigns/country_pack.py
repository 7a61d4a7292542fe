"""A curriculum as one country has it: its languages, hours and slots. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from babel import Locale, UnknownLocaleError

from campaigns.country_plan import CountryPlan
from campaigns.pack_languages import LANGUAGE, in_languages
from campaigns.pack_values import Pack
from campaigns.rules import KeywordAction


def localised(pack: Pack, plan: CountryPlan) -> Pack:
    """In the country's languages, hours and slots."""
    spoken = in_languages(pack, plan.languages)
    return replace(
        spoken,
        default_language=plan.default_language,
        hours=plan.hours or pack.hours,
        slots={name: plan.slots.get(name) or slot for name, slot in pack.slots.items()},
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
        if question.attribute == LANGUAGE
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
