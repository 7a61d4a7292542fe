from datetime import date

import pytest

from enrolment.spoken_dates import read_date

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
