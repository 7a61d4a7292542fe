"""Database roles for a test, and this process's connections by one of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

PASSWORD = "an-invented-password"


@contextmanager
def made(*names: str) -> Iterator[None]:
    """Roles that can sign in and nothing else; gone afterwards, with all they were given."""
    for name in names:
        _execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    try:
        yield
    finally:
        for name in names:
            _execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


@contextmanager
def connected_as(name: str) -> Iterator[None]:
    """Every thread's connections, new ones too; the owner's again afterwards."""
    database = connections.settings["default"]
    owner = {key: database[key] for key in ("USER", "PASSWORD")}
    assert connection.settings_dict is database
    connection.close()
    database.update(USER=name, PASSWORD=PASSWORD)
    try:
        yield
    finally:
        connection.close()
        database.update(owner)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
