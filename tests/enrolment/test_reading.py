from datetime import date

import pytest

from enrolment.reading import read_answer
from tests.contents import QUESTIONS

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
