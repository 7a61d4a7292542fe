from datetime import date

import pytest

from enrolment.fields import field_values, spoken_day


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "1 August"), ("nb", "1 august"), ("fr", "1.8."), ("xx", "1 August"), ("ar", "1 أغسطس")],
)
def test_spoken_day_is_as_people_say_it_and_never_dearer(language: str, expected: str) -> None:
    assert spoken_day(date(2026, 8, 1), language) == expected


def test_unknown_values_are_left_out() -> None:
    assert field_values(first_name=None, quit_date=None, language="en") == {}
