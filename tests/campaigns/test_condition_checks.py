from pathlib import Path

import pytest

from campaigns.conditions import BadCondition, Kind, Vocabulary, compile_condition

KNOWN = Vocabulary(
    kinds={
        "product": Kind.CHOICE,
        "per_day": Kind.NUMBER,
        "own_reason": Kind.TEXT,
        "birth_date": Kind.DATE,
        "attempt": Kind.NUMBER,
        "profile": Kind.CHOICE,
        "answer.pregnant": Kind.CHOICE,
        "answer.next_visit": Kind.DATE,
        "reading.glucose": Kind.NUMBER,
    },
    choices={
        "product": frozenset({"vape", "cigarettes"}),
        "profile": frozenset({"light", "standard"}),
        "answer.pregnant": frozenset({"yes", "no"}),
        "answer.next_visit": frozenset({"not_yet"}),
    },
    anchors=frozenset({"quit_date", "enrolment", "calendar.ramadan"}),
    stages=frozenset({"not_ready", "early"}),
)


def refusal(source: str) -> str:
    with pytest.raises(BadCondition) as refused:
        compile_condition(source, known=KNOWN)
    return str(refused.value)


@pytest.mark.parametrize(
    "source",
    [
        "product = 'Vape' and per_day >= 10",
        "birth_date > '2026-12-01' or answer.next_visit = 'not_yet'",
        "answer.pregnant = true or not known(own_reason)",
        "known(quit_date) and days_since(calendar.ramadan) < 0 and stage.early",
    ],
)
def test_vocabulary_lets_pass_what_it_knows(source: str) -> None:
    assert compile_condition(source, known=KNOWN)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("prodct = 'vape'", "column 1: nothing is called prodct; did you mean product?"),
        ("known(Per_Day)", "column 7: nothing is called Per_Day; did you mean per_day?"),
        (
            "answer.pregnent = 'no'",
            "column 1: nothing is called answer.pregnent; did you mean answer.pregnant?",
        ),
        (
            "x = 1",
            (
                "column 1: nothing is called x. Known: answer.next_visit, answer.pregnant, "
                "attempt, birth_date, own_reason, per_day, product, profile, reading.glucose"
            ),
        ),
        ("quit_date > 3", "column 1: quit_date is for days_since(quit_date)"),
        ("not_ready", "column 1: not_ready is a stage; write stage.not_ready"),
        (
            "days_since(quitdate) > 1",
            "column 12: nothing to count from is called quitdate; did you mean quit_date?",
        ),
        ("stage.notready", "column 1: no stage is called notready; did you mean not_ready?"),
    ],
)
def test_name_nobody_knows(source: str, message: str) -> None:
    assert refusal(source) == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "product = 'vap'",
            "column 11: 'vap' is not among the choices of product; did you mean vape?",
        ),
        (
            "profile in ('light', 'x')",
            "column 22: 'x' is not among the choices of profile. Known: light, standard",
        ),
        ("product = 3", "column 11: product is a choice; expected 'cigarettes', 'vape'; found 3"),
        (
            "product = true",
            "column 11: product is a choice; expected 'cigarettes', 'vape'; found true",
        ),
        (
            "product < 'vape'",
            "column 9: product is a choice; only =, !=, in and not in go with it",
        ),
        (
            "own_reason < 'kids'",
            "column 12: own_reason is sealed, a person's own words; use only known(own_reason)",
        ),
        (
            "birth_date = 3",
            "column 14: birth_date is a date; expected one such as '2026-12-01'; found 3",
        ),
        (
            "answer.next_visit = 'notyet'",
            (
                "column 21: answer.next_visit is a date; expected one such as '2026-12-01'; "
                "found 'notyet'; did you mean not_yet?"
            ),
        ),
    ],
)
def test_value_that_does_not_fit_its_name(source: str, message: str) -> None:
    assert refusal(source) == message


@pytest.mark.parametrize("literal", ["'many'", "'10'", "true", "'2026-12-01'"])
def test_anything_but_a_number_where_one_is_needed(literal: str) -> None:
    assert refusal(f"per_day = {literal}") == (
        f"column 11: per_day is a number; expected one without quotes, as 10; found {literal}"
    )


def test_long_words_are_cut_in_a_message() -> None:
    assert len(refusal(f"product = '{'x' * 400}'")) < 120


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "conditions.md").read_text("utf-8")


def examples() -> list[str]:
    return PAGE.split("## Ten examples")[1].split("```")[1].strip().splitlines()


def test_page_has_ten_examples() -> None:
    assert len(examples()) == 10


@pytest.mark.parametrize("source", examples())
def test_example_of_the_page_is_read(source: str) -> None:
    assert compile_condition(source).source == source
