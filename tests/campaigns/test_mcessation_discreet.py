"""What somebody who chose discreet texts gets of the shipped mCessation, in each language."""

import re
from functools import cache
from pathlib import Path

import pytest

from campaigns.lint import lint
from campaigns.manners import AS_USUAL, DISCREET, base_of, discreet_texts, in_manner
from campaigns.pack import Pack, read_pack

PACK = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"
LANGUAGES = ("en", "nb", "nn")
#: Whole weeks of which nothing may be missing; welcome but for a study of smokers.
WHOLE = ("eve", "quit_day", "days_1_3", "days_4_7", "after_slip")
#: Beside the words of the linter, what tells a stranger that somebody is stopping something.
TELLS = {
    "en": r"quit|crav|urge|relaps|slip|\bgive up|giving .*up|\bCRAVE|\bstopp",
    "nb": r"\bslutte(?!n\b)|sluttda|\bSUG\b|\bsug\b|suget|sprekk|sprukk|tilbakefall|SPREKK",
    "nn": r"\bslutt(e|a|ar)\b|sluttda|\bSUG\b|\bsug\b|suget|sprekk|sprukk|tilbakefall|SPREKK",
}
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")


@cache
def pack() -> Pack:
    return read_pack(PACK)


def has(key: str, language: str) -> bool:
    return in_manner(key, DISCREET) in pack().texts[language]


def planned(stage: str) -> list[str]:
    """The keys of all wordings of a stage's steps, variants and questions."""
    found: list[str] = []
    for step in next(each for each in pack().stages if each.key == stage).steps:
        keys = [step.key, *(f"{step.key}@{variant.name}" for variant in step.variants)]
        worded = [key for key in keys if key in pack().texts["en"]]
        found += worded or [f"question.{step.question}"]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_week_is_whole_for_a_discreet_person(language: str) -> None:
    missing = [key for stage in WHOLE for key in planned(stage) if not has(key, language)]

    assert missing == []
    assert [key for key in planned("welcome") if not has(key, language)] == ["welcome.02"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bank", ["crave", "slip"])
def test_an_answer_to_a_word_of_need_tells_nothing(bank: str, language: str) -> None:
    keys = next(each for each in pack().banks if each.key == bank).texts

    assert [each.key for each in keys if not has(each.key, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_planned_question_has_a_discreet_second_try(language: str) -> None:
    texts = pack().texts[language]
    planned_questions = [step for each in pack().stages for step in each.steps if step.question]
    assert len(planned_questions) > 20
    for step in planned_questions:
        key = step.key if step.key in texts else f"question.{step.question}"
        assert has(key, language), key
        assert has(f"again.{step.question}", language), step.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_discreet_wording_tells_nothing(language: str) -> None:
    tells = re.compile(TELLS[language])
    told = {
        key: words
        for key, words in discreet_texts(pack().texts[language])
        if tells.search(_PLACEHOLDER.sub("", words))
    }

    assert told == {}


def test_every_language_words_the_same_texts_discreetly() -> None:
    keys = [
        {key for key in pack().texts[language] if base_of(key) != key} for language in LANGUAGES
    ]

    assert keys[0] == keys[1] == keys[2]


def test_a_wording_of_its_own_differs_from_the_usual_one() -> None:
    for language in LANGUAGES:
        texts = pack().texts[language]
        for key, words in texts.items():
            assert base_of(key) == key or words == AS_USUAL or words != texts[base_of(key)], key


def test_the_linter_has_nothing_to_say_of_it() -> None:
    assert [each for each in lint(pack()) if each.rule == "discreet_named"] == []
