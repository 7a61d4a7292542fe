"""One moment of the database, read by several connections one after the other.

A connection that does nothing else holds the moment; the one that reads may be lost and made
anew, and sees the same rows in the same order. So a table goes on after the last row that came.
The moment itself dies with its holder: then nothing that was read is of any use with what is read
later, and the export begins again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import psycopg
import structlog
from django.db import DEFAULT_DB_ALIAS, connections
from django.db import Error as WrappedError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from research.bundle.columns import Table
from research.bundle.drawn import gather_draws
from research.bundle.people import Scope, gather
from research.bundle.statement import select

log = structlog.get_logger(__name__)

#: COPY goes past the wrapper.
_ERRORS = (WrappedError, psycopg.Error)
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ"
#: The holder waits, and must not be ended for it.
_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0"
#: In one table.
_MOST_LOST = 3


#: Lines of CSV, and how many.
Piece = tuple[bytes, int]


class SnapshotLost(Exception):
    """The moment is gone, or its reader was lost too often: begin again."""


class Snapshot:
    """Used with `with`, by one thread."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.lost = 0
        self._holder = connections.create_connection(DEFAULT_DB_ALIAS)
        self._reader: BaseDatabaseWrapper | None = None

    def __enter__(self) -> Self:
        cursor = self._holder.cursor()
        cursor.execute(_BEGIN)
        cursor.execute(_PATIENT)
        cursor.execute("SELECT pg_export_snapshot()")
        self._name: str = cursor.fetchone()[0]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for connection in (self._reader, self._holder):
            if connection is not None:
                connection.close()

    def cursor(self) -> CursorWrapper:
        """Of a reader in which the export's people are gathered."""
        if self._reader is None:
            self._reader = self._new_reader()
        return self._reader.cursor()

    def pieces(self, table: Table, size: int) -> Iterator[Piece]:
        """All rows as lines of CSV, in the table's order, `size` at a time; of a reader that is
        lost on the way, the next one goes on. Raises SnapshotLost."""
        came, lost = 0, 0
        piece, rows = bytearray(), 0
        while True:
            try:
                with self._copying(table, came + rows) as lines:
                    # A million times over: a line is added to the piece, and nothing else is done.
                    for line in lines:
                        piece += line
                        rows += 1
                        if rows == size:
                            yield bytes(piece), rows
                            came, piece, rows = came + rows, bytearray(), 0
                break
            except _ERRORS as error:
                lost += 1
                self._lose(error, lost)
        if rows:
            yield bytes(piece), rows

    @contextmanager
    def _copying(self, table: Table, skip: int) -> Iterator[Iterator[memoryview]]:
        statement = f"COPY ({select(table)}\nOFFSET {skip}) TO STDOUT (FORMAT csv)"
        with self.cursor() as cursor, cursor.copy(statement, self.scope.values) as copy:
            yield copy

    def _lose(self, error: Exception, lost: int) -> None:
        """Anything but a connection that is gone is a fault of ours, and goes up."""
        reader, self._reader = self._reader, None
        broken = reader is not None and reader.connection is not None and reader.connection.broken
        if reader is not None:
            reader.close()
        if not broken:
            raise error
        self.lost += 1
        log.warning("export_reader_lost", attempt=lost)
        if lost > _MOST_LOST:
            raise SnapshotLost from error

    def _new_reader(self) -> BaseDatabaseWrapper:
        made = connections.create_connection(DEFAULT_DB_ALIAS)
        try:
            _join(made, self._name)
            gather(made.cursor(), self.scope)
            gather_draws(made.cursor(), self.scope)
        except BaseException:
            made.close()
            raise
        return made


def _join(connection: BaseDatabaseWrapper, name: str) -> None:
    """Raises SnapshotLost."""
    try:
        cursor = connection.cursor()
        cursor.execute(_BEGIN)
        cursor.execute(f"SET TRANSACTION SNAPSHOT '{name}'")
        cursor.execute(_PATIENT)
    except _ERRORS as error:
        raise SnapshotLost from error
