"""Lines that are on the disk before anybody is told of them.

All lines that come while one sync runs share the next: at a hundred calls in flight that is one
sync for dozens of them, and none on the event loop.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


class JournalInUse(Exception):
    """Another process appends to this file."""


class Journal:
    """JSON lines, only ever appended to, by one process at a time.

    A line that a crash left half written is cut off when the file is opened: nobody was told of
    it. `on_failure` is called when the disk refuses; nothing is confirmed from then on. `sync` is
    for a test of what happens meanwhile."""

    def __init__(
        self,
        path: Path,
        on_failure: Callable[[OSError], None],
        sync: Callable[[int], None] = os.fdatasync,
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        self._on_failure = on_failure
        self._sync_file = sync
        self._lines: list[bytes] = []
        self._told: list[Callable[[], None]] = []
        self._syncing = False
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise JournalInUse(f"Another process writes {path.name}.") from None

    def entries(self) -> Iterator[dict[str, Any]]:
        """What the file holds. To be read once, before the first line is added."""
        size = os.fstat(self._file).st_size
        content = os.pread(self._file, size, 0)
        whole = content.rfind(b"\n") + 1
        if whole < size:
            os.ftruncate(self._file, whole)
        return map(json.loads, content[:whole].splitlines())

    def append(self, line: bytes, durable: Callable[[], None]) -> None:
        """`durable` is called on the event loop once the line is on the disk."""
        self._lines.append(line)
        self._told.append(durable)
        if not self._syncing:
            self._sync()

    def close(self) -> None:
        os.close(self._file)

    def _sync(self) -> None:
        self._syncing = True
        content, told = b"\n".join([*self._lines, b""]), self._told
        self._lines, self._told = [], []
        work = asyncio.get_running_loop().run_in_executor(None, self._write, content)
        work.add_done_callback(lambda done: self._synced(done, told))

    def _synced(self, work: "asyncio.Future[None]", told: list[Callable[[], None]]) -> None:
        error = work.exception()
        if isinstance(error, OSError):
            self._on_failure(error)
            return
        self._syncing = False
        if self._lines:
            self._sync()
        for durable in told:
            durable()

    def _write(self, content: bytes) -> None:
        """In a thread."""
        while content:
            content = content[os.write(self._file, content) :]
        self._sync_file(self._file)
