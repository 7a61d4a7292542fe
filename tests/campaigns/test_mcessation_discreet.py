"""What somebody who chose discreet texts gets of the shipped mCessation, in each language."""

import re
from functools import cache
from pathlib import Path

import pytest

from campaigns.lint import lint
from campaigns.manners import AS_USUAL, DISCREET, base_of, discreet_texts, in_manner
from campaigns.pack import Pack, read_pack
from tests.campaigns.test_mcessation import SCHEDULED

PACK = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"
LANGUAGES = ("en", "nb", "nn")
#: Beside the 145: what comes of itself after a slip, while smoking again, late, or in silence.
WHOLE_BESIDE = ("after_slip", "relapse", "not_ready", "silence", "essentials", "outcomes", "sums")
#: Asked by its name or not at all.
NEVER_DISCREET = {"pregnant"}
#: Beside the words of the linter, what tells a stranger that somebody is stopping something.
TELLS = {
    "en": r"quit|crav|urge|relaps|slip|\bgive up|giving .*up|\bCRAVE|\bstopp|\bbaby|midwi|\bTB\b",
    "nb": r"\bslutte(?!n\b)|sluttda|\bSUG\b|\bsug\b|suget|sprekk|sprukk|tilbakefall|SPREKK"
    r"|jordmor|svangerskap|\bbaby|\bTB\b",
    "nn": r"\bslutt(e|a|ar)\b|sluttda|\bSUG\b|\bsug\b|suget|sprekk|sprukk|tilbakefall|SPREKK"
    r"|jordmor|svangerskap|\bbaby|\bTB\b",
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
@pytest.mark.parametrize("stage", [*SCHEDULED, *WHOLE_BESIDE])
def test_what_is_scheduled_is_whole_for_a_discreet_person(stage: str, language: str) -> None:
    """Every variant too: one without discreet words would take the step away."""
    assert [key for key in planned(stage) if not has(key, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bank", ["crave", "slip"])
def test_an_answer_to_a_word_of_need_tells_nothing(bank: str, language: str) -> None:
    keys = next(each for each in pack().banks if each.key == bank).texts

    assert [each.key for each in keys if not has(each.key, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_discreet_is_not_asked_of_a_pregnancy(language: str) -> None:
    """But BABY asks, and what is said then tells nothing."""
    assert not has("question.pregnant", language)
    assert all(has(f"reply.pregnant.{value}", language) for value in ("yes", "no", "skip"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_planned_question_has_a_discreet_second_try(language: str) -> None:
    texts = pack().texts[language]
    planned_questions = [step for each in pack().stages for step in each.steps if step.question]
    assert len(planned_questions) > 20
    for step in planned_questions:
        if step.question in NEVER_DISCREET:
            continue
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
