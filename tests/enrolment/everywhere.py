"""Every value in the database, looked through as whoever has all the keys could."""

from django.db import connection

from trust.fields import encrypted_columns
from trust.keys import unseal


def found_anywhere(*words: str) -> list[str]:
    """The columns in which one of the words stands, in clear or sealed."""
    values = every_value()
    found = {
        place
        for place, _, value in values
        if any(word.casefold() in str(value).casefold() for word in words)
    }
    sealed = {field.place: model for model, field in encrypted_columns()}
    for place, row_id, value in values:
        if place in sealed and isinstance(value, bytes):
            text = unseal(place, int(row_id), value)
            if any(word.casefold() in text.casefold() for word in words):
                found.add(place)
    return sorted(found)


def columns_with(index: bytes) -> list[str]:
    return sorted({place for place, _, value in every_value() if value == index})


def every_value() -> list[tuple[str, str, object]]:
    """(table.column, the row's id, value) of all there is in text and bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND (data_type IN ('text', 'character varying', 'bytea', 'jsonb', 'json', 'inet')"
            " OR data_type = 'ARRAY')"
        )
        columns = cursor.fetchall()
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'id'"
        )
        with_id = {table for (table,) in cursor.fetchall()}
        values: list[tuple[str, str, object]] = []
        for table, column in columns:
            key = "message_id" if table == "messaging_messagebody" else "ctid"
            if key == "ctid" and table in with_id:
                key = "id"
            cursor.execute(
                f'SELECT {key}::text, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
            )
            values += [
                (f"{table}.{column}", row_id, bytes(value) if _is_bytes(value) else value)
                for row_id, value in cursor.fetchall()
            ]
    return values


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes | memoryview)
