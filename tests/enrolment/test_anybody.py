"""Who rehearses a campaign that ships no persona: her texts are understood and take her in."""

from datetime import datetime
from typing import Any

import pytest

from campaigns.measures import MEASURES
from campaigns.rules import ChoiceRule, OutcomeRule, QuestionKind, QuestionRule, Then
from enrolment.anybody import anybody
from enrolment.reading import read_answer
from enrolment.rehearsal import rehearse
from tests.contents import MORE_QUESTIONS, content, day_step

JOINS = datetime(2026, 12, 1, 10)
SIZES = (ChoiceRule("small", 1, frozenset({"small"})), ChoiceRule("large", 2, frozenset({"large"})))


def texted(rule: QuestionRule) -> str:
    found = anybody(content(questions={rule.key: rule}), joins=JOINS, zone="Europe/London")
    answer = found.answers[rule.key]
    assert isinstance(answer, str)
    return answer


def read(rule: QuestionRule) -> str | None:
    return read_answer(rule, texted(rule), today=JOINS.date())


@pytest.mark.parametrize("rule", MORE_QUESTIONS.values(), ids=MORE_QUESTIONS.keys())
def test_whatever_is_asked_is_answered_so_that_it_is_understood(rule: QuestionRule) -> None:
    assert read(rule) is not None


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_a_value_that_is_plausible(measure: str) -> None:
    assert read(QuestionRule("it", QuestionKind.READING, measure=measure)) is not None


@pytest.mark.parametrize(
    ("kind", "more", "value"),
    [
        (QuestionKind.YES_NO, {"outcomes": {"yes": OutcomeRule(then=Then.INELIGIBLE)}}, "no"),
        (QuestionKind.YES_NO, {"outcomes": {"no": OutcomeRule(then=Then.INELIGIBLE)}}, "yes"),
        (QuestionKind.YES_NO, {"outcomes": {"yes": OutcomeRule(then=Then.SLIP)}}, "no"),
        (
            QuestionKind.CHOICE,
            {"choices": SIZES, "outcomes": {"small": OutcomeRule(then=Then.INELIGIBLE)}},
            "large",
        ),
        (QuestionKind.DATE, {"earliest_day": -10, "latest_day": -1}, "2026-11-30"),
        (QuestionKind.DATE, {"earliest_day": 0, "latest_day": 0}, "2026-12-01"),
        (QuestionKind.DATE, {"earliest_day": 10, "latest_day": 30}, "2026-12-11"),
    ],
)
def test_no_answer_turns_her_away(kind: QuestionKind, more: dict[str, Any], value: str) -> None:
    assert read(QuestionRule("it", kind, **more)) == value


def test_she_joins_and_gets_what_comes() -> None:
    asked = content(day_step("hello", 0), day_step("later", 3))

    story = rehearse(asked, anybody(asked, joins=JOINS, zone="Europe/London"))

    assert {"hello", "later"} <= {entry.key for entry in story.entries}
