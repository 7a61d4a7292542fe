"""A country's variables: each that the curriculum declares has a value, and it can be right. Pure.

A reused library once sent one country's help lines to another's people. So a telephone number must
be one of this country, and where the tables do not know it somebody has to say that it was rung.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import phonenumbers
from phonenumbers import shortnumberinfo

from campaigns.countries import country_name, is_country
from campaigns.faults import Fault
from campaigns.pack_values import Pack
from campaigns.wording import LONGEST_VALUE, placeholders, worst_case
from trust.telling import tell

EMERGENCY = "emergency_number"
CONFIRMED = "numbers_confirmed"
_NUMBER = re.compile(r"\+?\d[\d \-]*")
_FEWEST, _SHOWN = 3, 3


def number_faults(
    pack: Pack,
    variables: Mapping[str, str],
    *,
    country: str,
    languages: Iterable[str],
    confirmed: bool,
) -> Iterator[Fault]:
    spoken = tuple(languages)
    for name in variables.keys() - pack.variables.keys():
        yield Fault(variable_field(name), f"The curriculum has no country variable {name}.")
    for name, told in pack.variables.items():
        value = variables.get(name, "").strip()
        fault = _fault(name, told, value)
        if not fault:
            fault = _too_long(pack, name, value, spoken)
        if not fault and is_telephone(name) and is_country(country) and not confirmed:
            fault = doubt(name, value, country)
        if fault:
            yield Fault(variable_field(name), fault)


def is_telephone(variable: str) -> bool:
    """A curriculum names its numbers so: emergency_number, quitline, advice_line."""
    return variable.endswith(("number", "line", "phone"))


def doubt(variable: str, value: str, country: str) -> str:
    """Why the tables of numbers do not vouch for it, or nothing."""
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return tell("This can't be read as a telephone number.")
    plain = value.replace(" ", "").replace("-", "")
    known = shortnumberinfo.is_emergency_number(plain, country) or (
        variable != EMERGENCY
        and (
            shortnumberinfo.is_valid_short_number_for_region(number, country)
            or phonenumbers.is_valid_number_for_region(number, country)
        )
    )
    if known:
        return ""
    what = tell("an emergency number") if variable == EMERGENCY else tell("a telephone number")
    return tell(
        "%(value)s is not known as %(what)s of %(country_name)s. Look at it "
        "again; if it is right, have it rung from a telephone there and tick the "
        "box that it was.",
        value=value,
        what=what,
        country_name=country_name(country),
    )


def variable_field(name: str) -> str:
    return f"set_{name}"


def _fault(name: str, told: str, value: str) -> str:
    if not value:
        return tell("Needed, and has no default: %(told)s", told=told)
    if len(value) > LONGEST_VALUE:
        return tell(
            "Write at most %(longest_value)s characters; this has %(value)s.",
            longest_value=LONGEST_VALUE,
            value=len(value),
        )
    if not value.isprintable() or "{" in value or "}" in value:
        return tell("Write it on one line and without braces.")
    if is_telephone(name) and (
        not _NUMBER.fullmatch(value) or sum(map(str.isdecimal, value)) < _FEWEST
    ):
        return tell(
            "Write the number as people dial it: digits, spaces and hyphens, + before a country."
        )
    return ""


def _too_long(pack: Pack, name: str, value: str, languages: tuple[str, ...]) -> str:
    """A letter outside GSM-7 more than halves what a segment holds."""
    grown = [
        f"{key} ({language})"
        for language in languages
        for key, text in pack.texts.get(language, {}).items()
        if name in placeholders(text)
        and worst_case(text, {name: value}).segments > worst_case(text).segments
    ]
    if not grown:
        return ""
    shown = ", ".join(grown[:_SHOWN])
    return tell(
        "With this, %(grown)s texts take one segment more, such as %(shown)s. "
        "Write it shorter, or with letters of the GSM alphabet.",
        grown=len(grown),
        shown=shown,
    )
