"""What staff call a person by without naming her: a letter and a number. Pure."""

import re

_HANDLE = re.compile(r"\s*[Pp]\s*-?\s*([0-9]{1,18})\s*")


def handle_of(participant_id: int) -> str:
    return f"P-{participant_id}"


def read_handle(said: str) -> int | None:
    """The participant's id, or None for what is no handle: a telephone number never is one."""
    found = _HANDLE.fullmatch(said)
    return int(found[1]) if found else None
