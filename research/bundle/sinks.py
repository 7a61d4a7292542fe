"""Where the rows of one table go: a CSV file as they come, and Parquet made of the same lines.

A second thread writes while the next lines are read, and at most one piece waits for it, so memory
stays flat however long the table is. Pieces are cut by rows, never by time: the same rows are the
same bytes.
"""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow
from pyarrow import csv, parquet

from research.bundle.columns import Kind, Table

#: Rows of a piece, which is a row group of the Parquet file.
PIECE = 50_000
_TYPES = {
    Kind.INTEGER: pyarrow.int64(),
    Kind.NUMBER: pyarrow.float64(),
    Kind.TEXT: pyarrow.string(),
    Kind.BOOLEAN: pyarrow.bool_(),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the bundle: its path in it, and what it holds."""

    path: str
    rows: int
    sha256: str
    size: int


class Sink:
    """Of one table. `with_parquet`: else CSV alone."""

    def __init__(self, table: Table, folder: Path, *, with_parquet: bool = True) -> None:
        self.rows = 0
        self._table = table
        self._csv = (folder / csv_path(table)).open("wb")
        self._names = [column.name for column in table.columns]
        self._types = {column.name: _TYPES[column.kind] for column in table.columns}
        self._csv.write((",".join(self._names) + "\n").encode())
        self._parquet = _writer(folder / parquet_path(table), self._types) if with_parquet else None
        self._thread = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            self._thread.shutdown()
            self._csv.close()
            if self._parquet is not None:
                self._parquet.close()

    def take(self, pieces: Iterable[tuple[bytes, int]]) -> Iterator[int]:
        """Lines of CSV, and how many; says how many rows have come, after each piece."""
        for piece, rows in pieces:
            self._wait()
            self._writing = self._thread.submit(self._write, piece)
            self.rows += rows
            yield self.rows

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()

    def _write(self, piece: bytes) -> None:
        self._csv.write(piece)
        if self._parquet is not None:
            self._parquet.write_table(_read(piece, self._names, self._types))


def in_pieces(lines: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Of lines that come one by one."""
    left = iter(lines)
    while piece := list(islice(left, PIECE)):
        yield b"".join(piece), len(piece)


def csv_path(table: Table) -> str:
    return f"data/{table.name}.csv"


def parquet_path(table: Table) -> str:
    return f"parquet/{table.name}.parquet"


def written(folder: Path, path: str, rows: int) -> Written:
    with (folder / path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(path, rows, digest, (folder / path).stat().st_size)


def _writer(path: Path, types: dict[str, pyarrow.DataType]) -> parquet.ParquetWriter:
    return parquet.ParquetWriter(path, pyarrow.schema(types.items()), compression="zstd")


def _read(piece: bytes, names: list[str], types: dict[str, pyarrow.DataType]) -> pyarrow.Table:
    return csv.read_csv(
        BytesIO(piece),
        csv.ReadOptions(column_names=names, use_threads=False, block_size=len(piece) + 1),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""]),
    )
