from datetime import date

import pytest

from campaigns.rules import QuestionKind, QuestionRule
from enrolment.reading import read_answer
from tests.contents import MORE_QUESTIONS, QUESTIONS

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "yes"),
        ("YES!", "yes"),
        ("Yes I do", "yes"),
        ("no thanks", "no"),
        ("nope", "no"),
        ("1", "yes"),
        ("no idea", None),
        ("yes and no", None),
        ("maybe", None),
    ],
)
def test_yes_no(text: str, expected: str | None) -> None:
    assert read_answer(QUESTIONS["uses"], text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("1", "low"), ("High.", "high"), ("STRONG", "high"), ("2", None)]
)
def test_choice_by_number_or_word(text: str, expected: str | None) -> None:
    assert read_answer(QUESTIONS["craving"], text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 December", "2026-12-01"),
        ("today", "2026-11-23"),
        ("in 31 days", None),
        ("22.11.2026", None),
        ("soon", None),
        ("31/2", None),
    ],
)
def test_date_within_its_range(text: str, expected: str | None) -> None:
    assert read_answer(QUESTIONS["date"], text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amina", "Amina"),
        ("My name is Žofia", "Žofia"),
        ("I'm Bo", "Bo"),
        ("Anne Marie", "Anne Marie"),
        ("Maximiliana Konstantinopolitanskaya", "Maximiliana"),
        ("123", None),
        ("I would rather not say", None),
        ("!!!", None),
    ],
)
def test_name(text: str, expected: str | None) -> None:
    assert read_answer(QUESTIONS["name"], text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", "10"),
        ("10 a day", "10"),
        ("about 15", "15"),
        ("20!", "20"),
        ("0", "0"),
        ("-0", "0"),
        ("7.5", "7.5"),
        ("7,50", "7.5"),
        ("\u0661\u0662", "12"),
        ("100", "100"),
        ("101", None),
        ("-5", None),
        ("5-10", None),
        ("10 or 12", None),
        ("ten", "10"),
        ("ten a day", "10"),
        ("one pack", None),
        ("no one", None),
        ("a", None),
        ("", None),
        ("1.2.3", None),
        ("07700900123", None),
        ("i had 3 heart attacks and need help", None),
    ],
)
def test_number_is_the_one_in_a_short_text(text: str, expected: str | None) -> None:
    assert read_answer(MORE_QUESTIONS["per_day"], text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("6.5", "6.5"), ("6,5 mmol", "6.5"), ("it was 12", "12"), ("0.9", None), ("41", None)],
)
def test_reading_within_its_range(text: str, expected: str | None) -> None:
    assert read_answer(MORE_QUESTIONS["glucose"], text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("lowest", "highest", "expected"),
    [(1000, 90000, "25000"), (0, 100, "25"), (None, None, None)],
)
def test_thousands_are_told_from_decimals_by_the_range_alone(
    lowest: float | None, highest: float | None, expected: str | None
) -> None:
    price = QuestionRule("price", QuestionKind.NUMBER, lowest=lowest, highest=highest)

    assert read_answer(price, "25,000", today=TODAY) == expected
    assert read_answer(price, "25.000", today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  My kids\nand me ", "My kids and me"),
        ("x" * 160, "x" * 160),
        ("x" * 161, None),
        ("", None),
        ("\U0001f389", None),
        ("\u0645\u0627\u0645\u0627", "\u0645\u0627\u0645\u0627"),
    ],
)
def test_own_words(text: str, expected: str | None) -> None:
    assert read_answer(MORE_QUESTIONS["reason"], text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("20 november", "2026-11-20"), ("not yet", "not_yet"), ("1", "not_yet"), ("soon", None)],
)
def test_date_or_one_of_its_choices(text: str, expected: str | None) -> None:
    assert read_answer(MORE_QUESTIONS["started"], text, today=TODAY) == expected
