"""Statements that run a dozen times a second, planned once a connection.

Django binds values on the client, so that the server parses and plans every statement anew; for the
joins of a claim that takes as long as carrying them out. Values that are lists go as array literals
(`ids`), which are many times quicker to write than the driver's own.
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
        cursor.execute(sql, values, prepare=True)
        return cursor.fetchall()


def together(sql: str, values: Mapping[str, Any]) -> list[list[tuple[Any, ...]]]:
    """What several statements, parted by semicolons, return each: in one round trip, and all or
    nothing, though each sees what was committed before it began. They are planned anew every time,
    which is cheaper than a round trip."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.ClientCursor(connection.connection) as cursor:
        cursor.execute(sql, values)
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
        return found


def ids(numbers: Iterable[int | float]) -> str:
    """An array literal of numbers."""
    return "{" + ",".join(map(str, numbers)) + "}"


def words(plain: Iterable[str]) -> str:
    """An array literal of words that need no quotes: letters, digits, - and _."""
    return "{" + ",".join(plain) + "}"
