from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st

from trust import copying

_TABLE = """
CREATE TEMPORARY TABLE copied (
    small smallint, whole integer, big bigint, yes boolean, words varchar(40), sealed bytea,
    at timestamptz, none timestamptz, day date, wall time, no_wall time
) ON COMMIT DROP
"""
_COPY = "COPY copied FROM STDIN (FORMAT BINARY)"
NOON = datetime(2026, 12, 10, 12, 0, 0, 5, tzinfo=UTC)


def packed(at: datetime, words: str = "Åse \U0001f600\t\\N") -> bytes:
    return b"".join(
        (
            b"\x00\x0b",
            copying.smallint(-7),
            copying.integer(70_000),
            copying.bigint(2**40),
            copying.boolean(True),
            copying.text(words),
            copying.octets(b"\x00\xff"),
            copying.instant(at),
            copying.instant_or_null(None),
            copying.day(date(1999, 12, 31)),
            copying.wall_or_null(time(20, 30, 1, 250)),
            copying.wall_or_null(None),
        )
    )


def copy(*rows: bytes) -> None:
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(_TABLE)
        with cursor.copy(_COPY) as stream:
            for piece in copying.pieces(rows):
                stream.write(piece)


@pytest.mark.django_db
def test_packed_fields_are_read_back_as_they_were() -> None:
    earlier = NOON.astimezone(timezone(timedelta(hours=2))).replace(year=1990)

    copy(packed(NOON), packed(earlier, ""))

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM copied ORDER BY at DESC")
        first, second = cursor.fetchall()
    assert (*first[:5], bytes(first[5]), *first[6:]) == (
        -7, 70_000, 2**40, True, "Åse \U0001f600\t\\N", b"\x00\xff", NOON, None,
        date(1999, 12, 31), time(20, 30, 1, 250), None,
    )  # fmt: skip
    assert (second[4], second[6]) == ("", earlier)


@pytest.mark.django_db
def test_field_of_another_width_than_its_column_is_refused() -> None:
    too_wide = packed(NOON).replace(copying.smallint(-7), copying.integer(-7), 1)

    with pytest.raises(DataError):
        copy(too_wide)


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_count_from_2000_and_lose_nothing(at: datetime) -> None:
    epoch = datetime(2000, 1, 1, tzinfo=UTC)

    assert epoch + timedelta(microseconds=copying.microseconds(at)) == at
