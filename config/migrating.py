"""Bring the tables to this code while others read and write them.

A migration that changes a table waits for all who use it, and whoever comes next waits behind it:
a forgotten transaction would hold up every text and every STOP for as long as it lives. So it
waits for a moment, gives way, and tries again.
"""

import time
from collections.abc import Callable

from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected, LockNotAvailable

#: How long others may stand behind a migration that waits; a provider gives a webhook ten seconds
#: and more. Less than `deadlock_timeout`, so that a migration gives way before a text does.
_MOST = "800ms"
_PAUSE_SECONDS = 2.0
_IN_THE_WAY = (LockNotAvailable, DeadlockDetected)
#: Five minutes in all.
_TRIES = 100
_HELD = (
    "Another transaction holds a table that a migration has to change, and has not let go. What"
    " came before that migration is done. pg_stat_activity shows who it is; run this again."
)


def migrate(*, tries: int = _TRIES, pause: Callable[[float], None] = time.sleep) -> int:
    """Applies what is missing; how often it had to give way. Raises CommandError where a table was
    held all the time: each migration is whole or not begun, so that it can be run again."""
    for gave_way in range(tries):
        _ask(f"SET lock_timeout = '{_MOST}'")
        try:
            # Some checks look into tables that migrate is about to make.
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        except OperationalError as trouble:
            _begin_anew()
            if not isinstance(trouble.__cause__, _IN_THE_WAY):
                raise
            pause(_PAUSE_SECONDS)
        else:
            _ask("RESET lock_timeout")
            return gave_way
    raise CommandError(_HELD)


def _begin_anew() -> None:
    """Where a foreign key is refused its lock, Django leaves the migration's transaction open:
    its schema editor comes to them when it has left the block that would have rolled back."""
    connection.close()
    connection.connect()


def _ask(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
