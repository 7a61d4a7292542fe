"""Between which ids a table's rows of a time lie, without an index on the time.

Ids are drawn as rows are made, so time rises with them, but for what transactions at once make of
it: an hour is allowed for that. Two dozen looks at the primary key, however long the table is.
"""

from datetime import datetime, timedelta

from django.db import connection, models

#: How much earlier than its neighbours a row's time may be.
SKEW = timedelta(hours=1)


def first_id(model: type[models.Model], column: str, instant: datetime) -> int:
    """An id below which no row is of `instant` or later; not much below the first that is."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id), max(id) FROM {table}")
        low, high = cursor.fetchone()
        if low is None:
            return 0
        high += 1
        while low < high:
            middle = (low + high) // 2
            cursor.execute(
                f"SELECT {column} FROM {table} WHERE id >= %s ORDER BY id LIMIT 1", [middle]
            )
            found = cursor.fetchone()
            if found is not None and found[0] < instant - SKEW:
                low = middle + 1
            else:
                high = middle
    return int(low)


def last_id(model: type[models.Model], column: str, instant: datetime) -> int:
    """An id above which no row is before `instant`."""
    return first_id(model, column, instant + 2 * SKEW)
