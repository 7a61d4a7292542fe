from functools import cache

from django.db import DataError, connection, transaction


@cache
def is_known(zone: str) -> bool:
    """Whether the database can tell the local time there. One message with a zone it does not know
    would make the statement that claims a whole batch fail, each time."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT timezone(%s, clock_timestamp())", [zone])
    except DataError:
        return False
    return True
