"""A person's own values for the placeholders, in the language of the text. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, get_territory_currencies

from campaigns.schedule import Span
from campaigns.wording import LONGEST_OWN
from enrolment.spoken_languages import locale_of
from messaging.segments import is_gsm7, septets

#: pack_price is the price of so many.
_A_PACK = 20
_BLANKS = re.compile(r"[\u00a0\u202f\s]+")
#: What a telephone's keyboard makes of plain signs, at the price of a UCS-2 text.
_PLAIN_SIGNS = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
    }
)


class Person(NamedTuple):
    """What is known of someone, as far as a text asks for it.

    today: in the person's zone. currency: of the campaign's country, three letters.
    per_day: cigarettes. pack_price: of twenty. resume_at: the day a pause ends.
    web_link, erase_code: just made, and kept nowhere in this form.
    """

    today: date
    language: str
    first_name: str | None = None
    quit_date: date | None = None
    per_day: float | None = None
    pack_price: float | None = None
    own_reason: str | None = None
    currency: str = ""
    resume_at: date | None = None
    hours: Span | None = None
    web_link: str | None = None
    erase_code: str | None = None


def field_values(person: Person, wanted: Iterable[str]) -> Mapping[str, str]:
    """Only what is known of what is wanted; wording falls back to the language's default for the
    rest."""
    return {name: value for name in wanted if (value := _value(person, name))}


def _value(person: Person, name: str) -> str | None:
    match name:
        case "first_name":
            return person.first_name
        case "quit_date":
            return _spoken_day(person.quit_date, person.language)
        case "days_smoke_free":
            days = _days_smoke_free(person)
            return str(days) if days else None
        case "money_saved":
            return _money_saved(person)
        case "own_reason":
            return shortened(person.own_reason or "")
        case "resume_date":
            return _spoken_day(person.resume_at, person.language)
        case "own_hours":
            return spoken_hours(person.hours) if person.hours is not None else None
        case "web_link":
            return person.web_link
        case "erase_code":
            return person.erase_code
    return None


def _spoken_day(day: date | None, language: str) -> str | None:
    return spoken_day(day, language) if day is not None else None


@lru_cache(maxsize=1024)
def spoken_day(day: date, language: str) -> str:
    """Day and month, as 1 December or 1. desember; the year goes without saying."""
    # Of all the Englishes the one that puts the day first, as every text here does.
    locale = locale_of(language)
    spoken = format_skeleton("MMMMd", day, locale="en_GB" if locale.language == "en" else locale)
    # A month such as août would make a GSM-7 text UCS-2, so there the date is written in figures.
    return spoken if is_gsm7(spoken) or _own_script(spoken) else f"{day.day}.{day.month}."


def spoken_hours(hours: Span) -> str:
    """8-20, or 8:30-20 where it is needed."""
    return f"{_spoken_time(hours.start)}-{_spoken_time(hours.end)}"


@lru_cache(maxsize=256)
def currency_of(country: str) -> str:
    """What is paid with in a country today; nothing, where nobody knows."""
    found = get_territory_currencies(country)
    return found[0] if found else ""


def shortened(words: str) -> str:
    """As many whole words as a text has room for. Typographic signs and emoji go, for one of them
    alone would cost the whole value its place in a GSM-7 text."""
    plain = words.translate(_PLAIN_SIGNS)
    if not _own_script(plain):
        plain = "".join(sign for sign in plain if is_gsm7(sign) or sign.isalpha())
    plain = " ".join(plain.split())
    while plain and _length(plain) > LONGEST_OWN["own_reason"]:
        head, _, _ = plain.rpartition(" ")
        plain = head or plain[:-1]
    return plain.rstrip(" .,;:-")


def _days_smoke_free(person: Person) -> int:
    return 0 if person.quit_date is None else max(0, (person.today - person.quit_date).days)


def _money_saved(person: Person) -> str | None:
    """Whole units, rounded down: never more than was saved."""
    if not (person.per_day and person.pack_price and person.currency):
        return None
    amount = int(_days_smoke_free(person) * person.per_day / _A_PACK * person.pack_price)
    return _spoken_money(amount, person.currency, person.language) if amount >= 1 else None


@lru_cache(maxsize=1024)
def _spoken_money(amount: int, currency: str, language: str) -> str | None:
    """As people write it, if the sign can be sent and is short; else as NGN 1200."""
    locale = locale_of(language)
    whole = locale.currency_formats["standard"].pattern.replace(".00", "")
    spoken = format_currency(amount, currency, whole, locale, currency_digits=False)
    spoken = _BLANKS.sub(" ", spoken).strip()
    usual = is_gsm7(spoken) or _own_script(format_date(date(2026, 1, 1), "MMMM", locale))
    for money in (spoken if usual else "", f"{currency} {amount}"):
        if money and _length(money) <= LONGEST_OWN["money_saved"]:
            return money
    return None


def _spoken_time(wall: time) -> str:
    return str(wall.hour) if wall.minute == 0 else f"{wall.hour}:{wall.minute:02}"


def _length(value: str) -> int:
    """As campaigns.wording measures a value."""
    return septets(value) if is_gsm7(value) else len(value)


def _own_script(spoken: str) -> bool:
    return not any("a" <= letter <= "z" for letter in spoken.casefold())
