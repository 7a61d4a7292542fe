"""Where a value lies in a JSON document: `messages[0].status.code`.

A small and strict part of what is called JSON path: names with dots between, and counted places in
brackets, from 0. No wildcards, no searching, no quoting. A document that does not fit gives None.
"""

import re
from typing import Any

Path = tuple[str | int, ...]

_NAME = r"[A-Za-z_$@][A-Za-z0-9_$@:-]{0,63}"
_PLACE = r"\[[0-9]{1,4}\]"
_WHOLE = re.compile(rf"(?:{_NAME}|{_PLACE})(?:\.{_NAME}|{_PLACE})*")
_STEP = re.compile(rf"({_NAME})|\[([0-9]{{1,4}})\]")
_LONGEST = 300


class BadPath(ValueError):
    """Not of this form; the message says no more, as it is shown."""


def path(written: str) -> Path:
    """Raises BadPath. An empty one is the document itself."""
    if written == "":
        return ()
    if len(written) > _LONGEST or not _WHOLE.fullmatch(written):
        raise BadPath("is no path like messages[0].status.code")
    steps = _STEP.findall(written)
    return tuple(name or int(place) for name, place in steps)


def find(document: Any, where: Path) -> Any:
    """What lies there; None where nothing does. For any document that JSON can hold."""
    for step in where:
        if isinstance(step, str):
            document = document.get(step) if isinstance(document, dict) else None
        elif isinstance(document, list) and step < len(document):
            document = document[step]
        else:
            return None
    return document


def written(value: Any) -> str:
    """A single value as a text, without what PostgreSQL cannot keep: a NUL, half of a pair of
    surrogates. "" for lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="replace").decode()
    return str(value) if isinstance(value, int | float) else ""
