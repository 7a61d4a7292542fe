"""Options of the generic provider, read strictly: what is wrong is said with its place, and no
value is repeated, as any of them may be a secret."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from messaging.providers.base import Advice, SendOutcome
from messaging.providers.generic_http_path import BadPath, Path, path, written
from messaging.providers.options import LOOPBACK, text

#: What a code may be listed as, and what it comes to.
MEANINGS: dict[str, tuple[SendOutcome, Advice]] = {
    "permanent": (SendOutcome.REJECTED_PERMANENT, Advice.NONE),
    "retryable": (SendOutcome.REJECTED_RETRYABLE, Advice.NONE),
    "bad_number": (SendOutcome.REJECTED_PERMANENT, Advice.BAD_NUMBER),
    "opted_out": (SendOutcome.REJECTED_PERMANENT, Advice.OPTED_OUT),
    "stop_sender": (SendOutcome.REJECTED_RETRYABLE, Advice.STOP_SENDER),
    "slow_down": (SendOutcome.REJECTED_RETRYABLE, Advice.SLOW_DOWN),
}
_CODE = re.compile(r"-?[0-9]{1,6}|[A-Za-z][A-Za-z0-9_.-]{0,39}")


def choice(place: str, value: object, among: Sequence[str]) -> str:
    if text(place, value) not in among:
        raise ValueError(f"{place} is one of: {', '.join(among)}")
    return str(value)


def whole(place: str, value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{place} is a whole number")
    if not least <= value <= most:
        raise ValueError(f"{place} is from {least} to {most}")
    return value


def table(place: str, value: object, known: Sequence[str] = ()) -> Mapping[str, Any]:
    """`known`: the only names that may stand in it; any where none are given."""
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise TypeError(f"{place} is a table")
    if known and not set(value) <= set(known):
        raise ValueError(f"{place} may hold: {', '.join(known)}")
    return value


def values(place: str, value: object) -> frozenset[str]:
    """Single values in a list, to be compared as lower-case texts."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"{place} is a list")
    found = [written(each).strip().lower() for each in value]
    if not all(found):
        raise ValueError(f"{place} holds a blank, a list or a table")
    return frozenset(found)


def where(place: str, value: object) -> Path | None:
    """None where nothing was given."""
    try:
        return path(text(place, value)) or None
    except BadPath as wrong:
        raise ValueError(f"{place} {wrong}") from None


def pattern(place: str, value: object, groups: int = 0) -> re.Pattern[str] | None:
    """A regular expression with at least so many groups. None where nothing was given."""
    if not text(place, value):
        return None
    try:
        found = re.compile(str(value))
    except (re.error, RecursionError, OverflowError):
        raise ValueError(f"{place} is no regular expression") from None
    if found.groups < groups:
        raise ValueError(f"{place} has round brackets about the part that is meant")
    return found


def codes(place: str, value: object) -> dict[str, str]:
    """Meanings by code. Raises ValueError for a code with two."""
    found: dict[str, str] = {}
    for meaning, listed in table(place, value, tuple(MEANINGS)).items():
        for code in values(f"{place}.{meaning}", listed):
            if found.setdefault(code, meaning) != meaning:
                raise ValueError(f"{place} lists a code as {found[code]} and as {meaning}")
    return found


def shown(code: str) -> str:
    """A code that may be kept and shown; "" for one that could be a number or a text."""
    return code if _CODE.fullmatch(code) else ""


def check_address(place: str, address: str, fixed: str) -> None:
    """`address`: with something in every placeholder; `fixed`: what stands before the first."""
    try:
        parts = urlsplit(address)
        host, valid = parts.hostname or "", parts.port != 0
    except ValueError:
        raise ValueError(f"{place} is no address") from None
    if parts.scheme not in ("http", "https") or not host or not valid:
        raise ValueError(f"{place} begins with https:// and names a host")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ValueError(f"{place} begins with https://, or http:// on this machine")
    if parts.username is not None or parts.fragment:
        raise ValueError(f"{place} holds no login and no #: set username and password")
    if not address.isascii() or not address.isprintable() or " " in address:
        raise ValueError(f"{place} has a blank or a letter that must be percent-encoded")
    if address != fixed and not re.search("[/?]", fixed.partition("://")[2]):
        raise ValueError(f"{place} may hold placeholders only after the host")
