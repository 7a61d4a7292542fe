"""Numbers and names as providers write them.

A short code must never be taken for a number: read with a country, 2250 would become +472250.
"""

import re

import phonenumbers

_SHORT = re.compile(r"[0-9]{3,6}")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")
_DRESSING = re.compile(r"[\s().\-\u00a0\u200e\u200f\u202a-\u202e]")


def is_number(address: str) -> bool:
    """E.164: a person may have it, and be answered."""
    return _INTERNATIONAL.fullmatch(address) is not None


def can_be_answered(address: str) -> bool:
    """A number or a short code; nobody can text to a name."""
    return address.lstrip("+").isdecimal()


def country_of(number: str) -> str:
    """The two letters of an E.164 number's country; empty where it has none, such as a satellite
    telephone's. Numbers of +1 and +7 are told apart by what follows."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    found = phonenumbers.region_code_for_number(parsed)
    # Of a number that nobody has been given yet only the first digits tell.
    return found or str(phonenumbers.region_code_for_country_code(parsed.country_code or 0))


def normalised(raw: str, region: str | None = None) -> str:
    """E.164 where it can be had; else as it came, for a short code or a name.

    `region`: two capital letters, for a provider that writes national numbers. Without it digits
    alone are taken for an international number that lost its +."""
    plain = _DRESSING.sub("", raw)
    if _SHORT.fullmatch(plain) or not plain.lstrip("+").isdecimal():
        return raw.strip()
    if region and not plain.startswith("+"):
        return _read(plain, region) or raw.strip()
    digits = plain.lstrip("+").removeprefix("00")
    found = "+" + "".join(str(int(digit)) for digit in digits)
    return found if is_number(found) else raw.strip()


def _read(plain: str, region: str) -> str:
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
