"""Fields of a row as PostgreSQL's binary COPY takes them: four bytes of length, then the value.

For the tables that a tick fills by the thousand: the server has nothing to parse, sealed bytes
travel as they are, and fields that many rows share are packed once. A field of another width than
its column is refused by the server, so a slip here is an error and never a wrong value. Pure.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import islice

#: Before the first row and after the last; the zeros are flags and an empty header extension.
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.toordinal()
_LENGTH = struct.Struct(">i").pack
_SMALLINT = struct.Struct(">ih").pack
_INTEGER = struct.Struct(">ii").pack
_BIGINT = struct.Struct(">iq").pack
_BOOLEAN = struct.Struct(">i?").pack
_DOUBLE = struct.Struct(">id").pack
_ROWS_A_PIECE = 200
_DAY_SECONDS, _MICROSECONDS = 86_400, 1_000_000


def microseconds(at: datetime) -> int:
    """An instant as timestamptz holds it: since 2000, eight bytes."""
    since = at - _EPOCH
    return (since.days * _DAY_SECONDS + since.seconds) * _MICROSECONDS + since.microseconds


def instant(at: datetime) -> bytes:
    return _BIGINT(8, microseconds(at))


def instant_or_null(at: datetime | None) -> bytes:
    return NULL if at is None else instant(at)


def day(value: date) -> bytes:
    return _INTEGER(4, value.toordinal() - _FIRST_DAY)


def wall_or_null(value: time | None) -> bytes:
    if value is None:
        return NULL
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return _BIGINT(8, seconds * _MICROSECONDS + value.microsecond)


def octets(value: bytes) -> bytes:
    return _LENGTH(len(value)) + value


def text(value: str) -> bytes:
    return octets(value.encode())


def smallint(value: int) -> bytes:
    return _SMALLINT(2, value)


def integer(value: int) -> bytes:
    return _INTEGER(4, value)


def bigint(value: int) -> bytes:
    return _BIGINT(8, value)


def boolean(value: bool) -> bytes:
    return _BOOLEAN(1, value)


def double(value: float) -> bytes:
    return _DOUBLE(8, value)


def jsonb(written: str) -> bytes:
    """The version of the format, then the text."""
    return octets(b"\x01" + written.encode())


def pieces(rows: Iterable[bytes]) -> Iterator[bytes]:
    """A whole COPY in pieces: the server takes one in while the next is packed, so packing may not
    ask it anything. Each row begins with the number of its fields, two bytes."""
    left = iter(rows)
    yield HEADER
    while piece := b"".join(islice(left, _ROWS_A_PIECE)):
        yield piece
    yield TRAILER
