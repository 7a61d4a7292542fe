from dataclasses import replace
from datetime import date

import pytest

from enrolment.answer_words import words_of
from enrolment.spoken_dates import date_in, read_date, read_days

#: A Monday.
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", TODAY),
        ("Tomorrow!", date(2026, 11, 24)),
        ("in 5 days", date(2026, 11, 28)),
        ("friday", date(2026, 11, 27)),
        ("next Friday", date(2026, 11, 27)),
        ("monday", date(2026, 11, 30)),
        ("12.12", date(2026, 12, 12)),
        ("12/12", date(2026, 12, 12)),
        ("12/12/26", date(2026, 12, 12)),
        ("1 December", date(2026, 12, 1)),
        ("1st of dec", date(2026, 12, 1)),
        ("December 1", date(2026, 12, 1)),
        ("on the 3rd of december", date(2026, 12, 3)),
        ("2026-12-01", date(2026, 12, 1)),
        ("5 june", date(2027, 6, 5)),
        ("22 november", date(2027, 11, 22)),
        ("yesterday", date(2026, 11, 22)),
        ("3 days ago", date(2026, 11, 20)),
        ("since last friday", date(2026, 11, 20)),
        ("last monday", date(2026, 11, 16)),
    ],
)
def test_read_date_understands_how_people_write(text: str, expected: date) -> None:
    assert read_date(text, today=TODAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "31/2",
        "may",
        "never",
        "",
        "12",
        "next year",
        "99.99",
        "29 february",
        "🎉",
        "1 smarch",
    ],
)
def test_read_date_is_unsure_of_the_rest(text: str) -> None:
    assert read_date(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 november", date(2026, 11, 20)),
        ("1.6.", date(2026, 6, 1)),
        ("1 december", date(2026, 12, 1)),
        ("friday", date(2026, 11, 27)),
    ],
)
def test_where_a_day_in_the_past_may_be_meant_the_nearest_is(text: str, expected: date) -> None:
    assert read_date(text, today=TODAY, earliest_day=-180, latest_day=30) == expected


def test_where_only_a_day_in_the_past_may_be_meant_a_weekday_is_the_last() -> None:
    assert read_date("friday", today=TODAY, earliest_day=-30, latest_day=0) == date(2026, 11, 20)
    assert read_date("1 december", today=TODAY, earliest_day=-30, latest_day=0) is None


def test_29_february_is_found_in_a_leap_year_only() -> None:
    assert read_date("29 february", today=date(2027, 12, 1)) == date(2028, 2, 29)
    assert read_date("29 february", today=date(2026, 12, 1)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7),
        ("0", 0),
        ("10 days", 10),
        ("for 2 weeks", 14),
        ("a week", 7),
        ("one month", 30),
        ("three days", 3),
        ("2w", 14),
        ("until friday", 4),
        ("1 december", 8),
        ("today", 1),
        ("tomorrow", 1),
        ("a", None),
        ("one", None),
        ("banana", None),
        ("-3", None),
        ("1000", None),
        ("", None),
    ],
)
def test_read_days(text: str, expected: int | None) -> None:
    assert read_days(text, today=TODAY) == expected


def test_month_stands_first_only_where_the_language_s_file_says_so() -> None:
    american = replace(words_of("en"), month_first=True)

    assert date_in([american], "12/4", today=TODAY) == date(2026, 12, 4)
    assert date_in([words_of("en")], "12/4", today=TODAY) == date(2027, 4, 12)
    assert date_in([words_of("en")], "12/25", today=TODAY) is None
