"""A participant's own values for the placeholders, in the language of the text. Pure."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date

from messaging.segments import is_gsm7


def field_values(
    *, first_name: str | None, quit_date: date | None, language: str
) -> Mapping[str, str]:
    """Only what is known; wording falls back to the language's default for the rest."""
    values: dict[str, str] = {}
    if first_name:
        values["first_name"] = first_name
    if quit_date is not None:
        values["quit_date"] = spoken_day(quit_date, language)
    return values


@lru_cache(maxsize=1024)
def spoken_day(day: date, language: str) -> str:
    """Day and month, as 1 December; the year goes without saying."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    spoken = format_date(day, "d MMMM", locale=locale)
    # A month such as août would make a GSM-7 text UCS-2, so there the date is written in figures.
    return spoken if is_gsm7(spoken) or _own_script(spoken) else f"{day.day}.{day.month}."


def _own_script(spoken: str) -> bool:
    return not any("a" <= letter <= "z" for letter in spoken.casefold())
