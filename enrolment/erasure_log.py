"""Who was erased, kept in a file outside the database: a copy that is older than an erasure would
bring the person back.

A line holds a participant's id and a keyed mark of that very row, never a number or a name: with
the copy and the keys it finds her again, by itself it tells nobody. It is only ever appended to.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from enrolment.models.erasure import Erasure
from enrolment.models.participant import Participant
from trust.blind_index import has_mark, row_mark


class LogUnreadable(Exception):
    """The file is not there, or not this log; says which."""


@dataclass(frozen=True, slots=True)
class Entry:
    organisation_id: int
    participant_id: int
    mark: bytes

    def is_of(self, participant: Participant) -> bool:
        """Not a person who joined later and was given the same id."""
        return self.organisation_id == participant.organisation_id and has_mark(
            self.organisation_id, _row(participant), self.mark
        )


def note(*, participant: Participant, at: datetime) -> None:
    """On the disk when it returns. Call it once the erasure is committed."""
    with _held() as file:
        _append(file, [_line(participant, at)])


def complete() -> int:
    """Writes whom the file lacks; how many."""
    done = Erasure.objects.filter(confirmed_at__isnull=False).select_related("participant")
    with _held() as file:
        known = {(entry.participant_id, entry.mark) for entry in _entries(file)}
        missing = [
            _line(erasure.participant, erasure.confirmed_at)
            for erasure in done.order_by("pk")
            if erasure.confirmed_at is not None and _key(erasure.participant) not in known
        ]
        _append(file, missing)
    return len(missing)


def entries() -> list[Entry]:
    """Raises LogUnreadable."""
    if not _path().exists():
        raise LogUnreadable(f"There is no log of erasures at {_path()} (ERASURE_LOG).")
    with _held() as file:
        try:
            return list(_entries(file))
        except (KeyError, TypeError, ValueError) as error:
            raise LogUnreadable(f"{_path()} is no log of erasures.") from error


def _row(participant: Participant) -> str:
    return f"erased:{participant.pk}:{participant.created_at.timestamp():.6f}"


def _key(participant: Participant) -> tuple[int, bytes]:
    return participant.pk, row_mark(participant.organisation_id, _row(participant))


def _line(participant: Participant, at: datetime) -> bytes:
    participant_id, mark = _key(participant)
    told: dict[str, Any] = {
        "organisation": participant.organisation_id,
        "participant": participant_id,
        "mark": mark.hex(),
        "at": at.isoformat(),
    }
    return json.dumps(told).encode() + b"\n"


@contextmanager
def _held() -> Iterator[int]:
    """The open file, locked against every other process."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _append(file: int, lines: list[bytes]) -> None:
    """After a line that a crash left half written a new one is begun."""
    if not lines:
        return
    size = os.fstat(file).st_size
    content = b"".join(lines)
    if size and os.pread(file, 1, size - 1) != b"\n":
        content = b"\n" + content
    while content:
        content = content[os.write(file, content) :]
    os.fsync(file)


def _entries(file: int) -> Iterator[Entry]:
    size = os.fstat(file).st_size
    lines = os.pread(file, size, 0).split(b"\n")
    for place, line in enumerate(lines):
        try:
            told = json.loads(line) if line else None
        except ValueError:
            # Cut short by a crash: `complete` writes it again. A first line so is no log of ours.
            if place and not line.endswith(b"}"):
                continue
            raise
        if told is not None:
            yield Entry(told["organisation"], told["participant"], bytes.fromhex(told["mark"]))


def _path() -> Path:
    return Path(settings.ERASURE_LOG)
