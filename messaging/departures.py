"""Which calls of a process that was killed had not begun: those texts may safely go out again.

Between an attempt's commit and its call lie some milliseconds. A process killed then leaves
attempts of which nobody could say whether their calls were made. So each process keeps a file: a
token is promised in it before the commit, and struck out before the call. What the kernel was given
outlives the process, and the kernel drops a dead process's lock on its file. A machine that stops
may lose lines, so a file counts only in the boot it was written in. Where anything is amiss the
file is emptied: what it knew is left to the slower ways of `messaging.reconcile`.
"""

import fcntl
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

#: Bytes after which a file is begun anew, with the last tokens that are still promised: more than
#: one process ever has on the wire.
LONGEST_FILE = 1_000_000
MOST_OPEN = 1000
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_UNFINISHED = "new"


class Departures:
    """One process's file, locked as long as it lives. Another thread calls `leaving`."""

    def __init__(self, folder: Path, boot: str) -> None:
        self._folder = folder
        self._boot = boot
        self._guard = threading.Lock()
        self._open: dict[str, None] = {}
        self._path: Path | None = None
        self._handle = -1
        self._length = 0
        with self._or_void():
            self._begin()

    def promised(self, tokens: Iterable[str]) -> None:
        with self._guard, self._or_void():
            if self._length > LONGEST_FILE:
                self._begin()
            new = dict.fromkeys(tokens)
            self._open |= new
            self._write("".join(f"+{token}\n" for token in new))

    def leaving(self, token: str) -> None:
        with self._guard:
            # First from memory: if the line cannot be written, no later file may promise it.
            self._open.pop(token, None)
            # Each call waits for this one, and `_or_void` is twice as dear.
            try:
                self._write(f"-{token}\n")
            except OSError:
                self._void()

    def _begin(self) -> None:
        """The new file counts once it has its name. The old one is emptied before: whatever fails
        on the way, no file is left that would not be kept up."""
        self._folder.mkdir(parents=True, exist_ok=True)
        mark = f"{os.getpid()}.{secrets.token_hex(4)}"
        aside = self._folder / f"{_UNFINISHED}.{mark}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        handle = os.open(aside, flags, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        self._open = dict.fromkeys(list(self._open)[-MOST_OPEN:])
        length = _append(handle, "".join(f"+{token}\n" for token in self._open))
        old, old_handle = self._path, self._handle
        if old is not None:
            os.ftruncate(old_handle, 0)
        self._path = aside.rename(self._folder / f"{self._boot}.{mark}")
        self._handle, self._length = handle, length
        if old is not None:
            os.close(old_handle)
            old.unlink()

    def _write(self, lines: str) -> None:
        if self._path is not None:
            self._length += _append(self._handle, lines)

    @contextmanager
    def _or_void(self) -> Iterator[None]:
        """A file that lacks a line could have a text sent twice; an empty one cannot."""
        try:
            yield
        except OSError:
            self._void()

    def _void(self) -> None:
        if self._path is not None:
            os.ftruncate(self._handle, 0)
            self._path = None


def _append(handle: int, lines: str) -> int:
    content = lines.encode("ascii")
    if os.write(handle, content) != len(content):
        raise OSError("cut short")
    return len(content)


_mine: dict[int, Departures] = {}


def promised(tokens: Iterable[str]) -> None:
    """Before the commit of their attempts. Nothing is kept where the system names no boot."""
    if boot := _boot():
        # A worker forked from this process keeps its own.
        if os.getpid() not in _mine:
            _mine[os.getpid()] = Departures(_folder(), boot)
        _mine[os.getpid()].promised(tokens)


def leaving(token: str) -> None:
    """Right before the call."""
    if own := _mine.get(os.getpid()):
        own.leaving(token)


def of_the_dead() -> Iterator[list[str]]:
    """Process by process, tokens whose calls had not begun and never will. A process's file is
    deleted when the next is asked for: until then nobody else is told of it."""
    boot = _boot()
    for path in sorted(_folder().glob("*.*.*")):
        with suppress(FileNotFoundError), _held(path) as lines:
            if lines is None:
                continue
            if path.name.startswith(f"{boot}."):
                yield _promised_in(lines)
            path.unlink()


@contextmanager
def _held(path: Path) -> Iterator[list[str] | None]:
    """None while its owner lives, or somebody else reads it."""
    with path.open(encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file.read().splitlines()


def _promised_in(lines: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for line in lines:
        if line.startswith("+"):
            found[line[1:]] = None
        else:
            found.pop(line[1:], None)
    return list(found)


def _boot() -> str:
    with suppress(OSError):
        return _BOOT.read_text(encoding="ascii").strip()
    return ""


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "departures"
