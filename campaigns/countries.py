"""Countries by name, for pages where one is chosen, those that have telephone numbers; and what
lies or is spoken there."""

from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from phonenumbers import SUPPORTED_REGIONS

_NAMES = Locale("en").territories


@cache
def country_choices() -> tuple[tuple[str, str], ...]:
    """Two letters and a name, in the order of the names."""
    named = ((code, country_name(code)) for code in SUPPORTED_REGIONS)
    return tuple(sorted(named, key=lambda choice: choice[1]))


def country_name(code: str) -> str:
    """The two letters themselves, when nobody has a name for them."""
    return str(_NAMES.get(code, code))


def language_name(code: str) -> str:
    """In English; the code itself, when nobody has a name for it."""
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def zones_of(country: str) -> list[str]:
    """The IANA zones that lie there; none where nobody says."""
    return sorted(
        zone for zone, where in get_global("zone_territories").items() if where == country
    )


def is_country(code: str) -> bool:
    return code in SUPPORTED_REGIONS
