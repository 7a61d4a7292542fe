"""Statements that run a dozen times a second, with their values bound by the server.

Values that are lists go as array literals (`ids`), which are many times quicker to write than the
driver's own. Nothing is kept prepared: a plan made while a table was still empty would stay with
its connection, and walk over the whole of it once the table is full. Planning anew costs less.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from django.db import connection


def rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What the statement returns, in Django's transaction. Every value needs a cast in `sql`, or a
    place that tells its type."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def ids(numbers: Iterable[int | float]) -> str:
    """An array literal of numbers."""
    return "{" + ",".join(map(str, numbers)) + "}"


def words(plain: Iterable[str]) -> str:
    """An array literal of words that need no quotes: letters, digits, - and _."""
    return "{" + ",".join(plain) + "}"


def quoted(free: Iterable[str]) -> str:
    """An array literal of any texts without NUL."""
    return "{" + ",".join(map(_quoted, free)) + "}"


def blobs(contents: Iterable[bytes]) -> str:
    """An array literal of bytes."""
    return "{" + ",".join([f'"\\\\x{content.hex()}"' for content in contents]) + "}"


def flags(values: Iterable[bool]) -> str:
    """An array literal of booleans."""
    return "{" + ",".join(["t" if value else "f" for value in values]) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
