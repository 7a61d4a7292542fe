"""Hundreds of inbound texts as people type them, each with what it must cause.

Run through the functions that decide, in the order they are asked: a stop and words of need win,
a valid answer comes before a word that may be a stop, then keywords, then a person.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from campaigns.content import Content
from campaigns.pack_words import too_near
from campaigns.rules import KeywordAction, KeywordRule
from enrolment.conversation import respond
from enrolment.spoken_words import find_word
from enrolment.talk import Response, Talk
from messaging.crisis import crisis_in
from messaging.folding import fold, without_signature
from messaging.stopwords import graded, reserved
from tests.corpus.languages import KEYWORDS, LANGUAGES, QUESTION_OF, content_in

#: A Friday.
NOW = datetime(2026, 4, 10, 12, 0, tzinfo=UTC)
LEAST = 450
#: What the engine's own words bring about.
OWN = ("discreet", "plain", "new_number", "new_number_how")
STATES = {"none", "stranger", "opted_out", *QUESTION_OF}


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    state: str
    said: str
    does: str
    country: str = ""


def _rows() -> list[tuple[str, Row]]:
    folder = Path(__file__).parent / "inbound"
    found: list[tuple[str, Row]] = []
    for path in sorted(folder.glob("*.toml")):
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [(path.stem, Row(**each)) for each in table["texts"]]
    return found


ROWS = _rows()


@cache
def _content(language: str) -> Content:
    return content_in(language)


def _talk(language: str, state: str) -> Talk:
    question = QUESTION_OF.get(state, "")
    return Talk(
        enrolment_id=1,
        seed=3,
        zone="Europe/London",
        language=language,
        joining=state in ("joining", "open date", "open name"),
        question=question,
        asked_at=NOW if question else None,
        quit_date=None if question else date(2026, 4, 1),
    )


def _caused(language: str, row: Row) -> str:
    grade = graded(row.said, country=row.country)
    crisis = crisis_in(row.said)
    first = ["stop"] * (grade == "stop") + [f"crisis:{crisis}"] * (crisis is not None)
    if first:
        return "+".join(first)
    content = _content(language)
    if row.state in ("stranger", "opted_out"):
        return _caused_by_outsider(content, row, grade or "person")
    talk = _talk(content.default_language, row.state)
    response = respond(content, talk, row.said, NOW)
    if grade == "ambiguous" and (response.heard is None or not response.heard.valid):
        return "ambiguous"
    return _name_of(content, talk, row, response)


def _caused_by_outsider(content: Content, row: Row, grade: str) -> str:
    rule = content.keywords.get(fold(without_signature(row.said)))
    if row.state == "stranger" and rule is not None and rule.action is KeywordAction.JOIN:
        return "keyword:join"
    return grade


def _name_of(content: Content, talk: Talk, row: Row, response: Response) -> str:
    if response.heard is not None:
        return f"answer:{response.heard.value}" if response.heard.valid else "unreadable"
    if response.reason in ("help", "did_you_mean"):
        return response.reason
    if response.reason in OWN:
        return f"own:{response.reason}"
    word = find_word(content, talk, row.said, NOW)
    return "person" if word is None else f"keyword:{_called(word.rule)}"


def _called(rule: KeywordRule) -> str:
    return rule.bank or rule.action.value


@pytest.mark.parametrize(
    ("language", "row"),
    [pytest.param(*each, id=f"{each[1].id} {each[1].said}") for each in ROWS],
)
def test_inbound_text_causes_what_it_must(language: str, row: Row) -> None:
    assert _caused(language, row) == row.does


def test_corpus_is_large_enough_and_well_formed() -> None:
    ids = [row.id for _, row in ROWS]

    assert len(ROWS) >= LEAST
    assert len(set(ids)) == len(ids)
    assert {row.state for _, row in ROWS} <= STATES
    assert {language for language, _ in ROWS} == {*LANGUAGES, "mixed"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_keywords_of_every_language_stay_clear_of_leaving(language: str) -> None:
    near = reserved([language])

    for does, words in KEYWORDS[language].items():
        for word in words:
            assert too_near(fold(word), near) is None, (does, word)
