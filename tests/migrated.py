"""A database with every migration applied, kept from run to run, that tests copy theirs from.

Applying them costs a process a quarter of a minute; copying costs a tenth of a second.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

_PREFIX = "migrated_"


def kept(lock: Path) -> str:
    """The name of the database to copy, made here where nobody has made it yet."""
    name = _PREFIX + fingerprint()
    with alone(lock):
        found = _found()
        if name not in found:
            for old in found:
                _ask(f'DROP DATABASE "{old}"')
            _make(name)
    return name


def fingerprint() -> str:
    """Changes with any migration, ours or of what we stand on."""
    sources = {
        Path(str(import_module(migration.__module__).__file__))
        for migration in MigrationLoader(None).disk_migrations.values()
    }
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _found() -> list[str]:
    rows = _ask(f"SELECT datname FROM pg_database WHERE datname LIKE '{_PREFIX}%'")
    return [str(row[0]) for row in rows]


def _make(name: str) -> None:
    """Made aside and renamed: a process killed half-way leaves nothing that looks finished."""
    aside, own = f"{_PREFIX}new", connection.settings_dict["NAME"]
    test = connection.settings_dict["TEST"]
    asked = test["NAME"]
    test["NAME"] = aside
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        test["NAME"] = asked
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = own
    _ask(f'ALTER DATABASE "{aside}" RENAME TO "{name}"')


def _ask(sql: str) -> list[tuple[object, ...]]:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One process at a time makes what is kept."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
