"""One slot a test process, so that two runs at once, or two workers, never share a database."""

import fcntl
import os
from pathlib import Path

SLOTS = 64
_held: list[int] = []


def take(folder: Path) -> int:
    """A number no other running process of this checkout has; freed by the kernel at its end."""
    folder.mkdir(parents=True, exist_ok=True)
    for slot in range(SLOTS):
        handle = os.open(folder / str(slot), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
        else:
            _held.append(handle)
            return slot
    raise RuntimeError(f"{SLOTS} test processes at once are too many.")
