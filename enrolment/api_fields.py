"""Fields that several doors read alike. Pure."""

from datetime import datetime

from enrolment.api_problems import Unreadable

#: A person has no longer id.
LARGEST_ID = 2**62
#: Before it, a clock was never set.
_FIRST_YEAR = 2000


def participant_id(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LARGEST_ID:
        return value
    raise Unreadable("/participant", "expected the participant's id")


def instant(pointer: str, value: object) -> datetime:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None or found.year < _FIRST_YEAR:
        raise Unreadable(pointer, "expected a time with its zone, such as 2026-12-01T08:00:00Z")
    return found
