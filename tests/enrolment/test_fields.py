from datetime import date, time

import pytest

from campaigns.schedule import Span
from campaigns.wording import LONGEST_OWN, PERSONAL_FIELDS
from enrolment.fields import (
    Person,
    currency_of,
    field_values,
    shortened,
    spoken_day,
    spoken_hours,
)
from messaging.segments import is_gsm7

TODAY = date(2026, 12, 12)


def person(**known: object) -> Person:
    return Person(**{"today": TODAY, "language": "en", **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1 August"),
        ("en-US", "1 August"),
        ("nb", "1. august"),
        ("nn", "1. august"),
        ("es", "1 de agosto"),
        ("fr", "1.8."),
        ("xx", "1 August"),
        ("ar", "1 أغسطس"),
    ],
)
def test_spoken_day_is_as_people_say_it_and_never_dearer(language: str, expected: str) -> None:
    assert spoken_day(date(2026, 8, 1), language) == expected


def test_unknown_values_are_left_out() -> None:
    assert field_values(person(), PERSONAL_FIELDS) == {}


def test_only_what_is_wanted_is_worked_out() -> None:
    found = field_values(person(first_name="Amina", quit_date=TODAY), ["quit_date"])

    assert found == {"quit_date": "12 December"}


def test_every_field_a_text_may_use_has_its_value() -> None:
    known = person(
        first_name="Amina",
        quit_date=date(2026, 12, 2),
        per_day=10.0,
        pack_price=12.5,
        own_reason="My kids",
        currency="GBP",
        resume_at=date(2026, 12, 19),
        hours=Span(time(8), time(20, 30)),
    )

    assert field_values(known, PERSONAL_FIELDS) == {
        "first_name": "Amina",
        "quit_date": "2 December",
        "days_smoke_free": "10",
        "money_saved": "£62",
        "own_reason": "My kids",
        "resume_date": "19 December",
        "own_hours": "8-20:30",
    }


@pytest.mark.parametrize("quit_date", [None, TODAY, date(2026, 12, 20)])
def test_no_day_has_been_smoke_free_before_the_first_is_over(quit_date: date | None) -> None:
    known = person(quit_date=quit_date, per_day=20.0, pack_price=15.0, currency="GBP")

    assert field_values(known, ["days_smoke_free", "money_saved"]) == {}


@pytest.mark.parametrize("missing", ["quit_date", "per_day", "pack_price", "currency"])
def test_money_is_named_only_when_all_of_it_is_known(missing: str) -> None:
    known: dict[str, object] = {
        "quit_date": date(2026, 12, 2),
        "per_day": 10.0,
        "pack_price": 12.0,
        "currency": "GBP",
    }

    assert field_values(person(**known), ["money_saved"]) == {"money_saved": "£60"}
    assert field_values(person(**{**known, missing: None}), ["money_saved"]) == {}


@pytest.mark.parametrize(
    ("language", "currency", "price", "expected"),
    [
        ("en", "GBP", 200.0, "£1,000"),
        ("nb", "NOK", 200.0, "1 000 kr"),
        ("fr", "EUR", 2000.0, "10 000 €"),
        # The sign of the rupee can't be sent without making the text dearer.
        ("en", "INR", 200.0, "INR 1000"),
        ("en", "KES", 200.0, "KES1,000"),
        ("hi", "INR", 200.0, "₹1,000"),
        ("en", "IDR", 2_000_000.0, "IDR 10000000"),
        ("en", "IDR", 200_000_000.0, None),
        ("en", "GBP", 0.01, None),
    ],
)
def test_money_is_short_and_never_dearer(
    language: str, currency: str, price: float, expected: str | None
) -> None:
    known = person(
        language=language,
        quit_date=date(2026, 12, 2),
        per_day=10.0,
        pack_price=price,
        currency=currency,
    )

    assert field_values(known, ["money_saved"]).get("money_saved") == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("My kids", "My kids"),
        ("  my\nkids. ", "my kids"),
        ("My son\u2019s health \u2013 and mine", "My son's health - and mine"),
        ("For my kids \u2764\ufe0f", "For my kids"),
        ("To be there when my grandchildren grow up", "To be there when my grandchildren grow"),
        ("x" * 60, "x" * 40),
        ("{" * 60, "{" * 20),
        ("\u0645\u0627\u0645\u0627", "\u0645\u0627\u0645\u0627"),
    ],
)
def test_own_words_are_shortened_by_whole_words(words: str, expected: str) -> None:
    assert shortened(words) == expected


def test_own_words_never_make_a_text_dearer_for_a_sign() -> None:
    found = shortened("\u201cI\u2019m tired of it\u2026\u201d \U0001f6ad")

    assert is_gsm7(found)
    assert len(found) <= LONGEST_OWN["own_reason"]


def test_own_hours_are_short() -> None:
    longest = Span(time(10, 15), time(22, 45))

    assert spoken_hours(Span(time(8), time(20))) == "8-20"
    assert len(spoken_hours(longest)) == LONGEST_OWN["own_hours"]


@pytest.mark.parametrize(("country", "currency"), [("GB", "GBP"), ("NO", "NOK"), ("XX", "")])
def test_currency_of_a_country(country: str, currency: str) -> None:
    assert currency_of(country) == currency
