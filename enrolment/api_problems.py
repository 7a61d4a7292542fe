"""What another system is told when its request is refused. Pure."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Unreadable(Exception):
    """`pointer` is the field (RFC 6901, empty: the whole); `detail` says what was expected. Neither
    repeats a value."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail


class Refused(Exception):
    """A request that can't be taken as it is: an HTTP status, why, and what goes with it."""

    def __init__(self, status: int, title: str, headers: Mapping[str, str] = _NOTHING) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.headers = headers


def json_object(body: bytes) -> Mapping[str, Any]:
    """Raises Unreadable."""
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Unreadable("", "the body is not JSON in UTF-8") from None
    if not isinstance(data, dict):
        raise Unreadable("", "expected one JSON object")
    return data


def _refuse(_name: str) -> float:
    raise ValueError
