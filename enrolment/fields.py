"""A participant's own values for the placeholders, in the language of the text. Pure."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date


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
    return format_date(day, "d MMMM", locale=locale)
