"""Rows by the hundred thousand into one table: a COPY that fills in what a model's fields default
to. For loads of invented data; nothing of a model's save() runs, the table's own constraints do.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """`columns` are field names (a relation takes the other row's key); the others get their
    default, and one the database fills itself is left to it."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    fixed = _defaults([field for name, field in fields.items() if name not in columns])
    names = [str(fields[name].column) for name in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, [*names, *fixed])),
    )
    rest = tuple(fixed.values())
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *rest))


def _defaults(fields: Sequence["models.Field[Any, Any]"]) -> dict[str, Any]:
    """Column -> value. Left out: what stays NULL, and what the database fills."""
    found: dict[str, Any] = {}
    for field in fields:
        filled = field.primary_key or field.db_default is not models.NOT_PROVIDED
        value = None if filled else field.get_default()
        if value is not None:
            found[str(field.column)] = value
    return found
