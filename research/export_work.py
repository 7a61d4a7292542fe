"""What a worker does with an export: the whole bundle at once, since half of one moment and half of
another would be of no moment. A connection that is lost on the way is made anew within it; a worker
that dies is followed by another, which begins again.
"""

import shutil
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import Error, OperationalError, connection, transaction

from campaigns import jobs
from campaigns.jobs import JobOver, Later, Progress, Worker
from campaigns.models import Job
from messaging.clock import calendar_now
from research import export_files, exports
from research.bundle.packing import pack
from research.bundle.people import Scope
from research.bundle.snapshot import SnapshotLost
from research.bundle.writing import Made, Told, Wanted, write
from research.models.export import Export

_WAIT = timedelta(seconds=5)
#: Well within a job's lease.
_BEAT_SECONDS = 10.0


class _Beating:
    """Says that the worker is alive while the database sorts a long table and no row comes."""

    def __init__(self, say: Callable[[], None]) -> None:
        self.is_over = False
        self._say = say
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._ended.wait(_BEAT_SECONDS):
                # A database that is away is the worker's own trouble, and it will meet it.
                with suppress(Error):
                    self._say()
        except JobOver:
            self.is_over = True
        finally:
            connection.close()


def wanted_of(export: Export) -> Wanted:
    secret = exports.secret_of(export.key)
    scope = Scope(export.campaign_id, secret, calendar_now(), export.with_arms)
    return Wanted(export.campaign, scope, export.key.name, export.with_texts)


def _work(job: Job, progress: Progress) -> None:
    export = Export.objects.select_related("campaign", "key", "made_by").get(job=job)
    folder = export_files.working_folder(export.pk)
    name = export_files.new_name()
    seen = [0, 1]

    def told(done: int, total: int) -> None:
        if beating.is_over:
            raise JobOver
        seen[:] = done, total
        progress(done, total)

    try:
        with _Beating(lambda: progress(seen[0], seen[1])) as beating:
            wanted, made = _made(export, folder, told)
            pack(folder, export_files.path_of(name), lambda: told(seen[0], seen[1]))
        _end(job, export, wanted, made, name)
    except BaseException:
        export_files.remove(name)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(export: Export, folder: Path, told: Told) -> tuple[Wanted, Made]:
    """A moment or a connection that was lost passes by itself: it is tried again."""
    wanted = wanted_of(export)
    try:
        return wanted, write(wanted=wanted, folder=folder, told=told)
    except (SnapshotLost, OperationalError) as lost:
        raise Later(_WAIT) from lost


@transaction.atomic
def _end(job: Job, export: Export, wanted: Wanted, made: Made, name: str) -> None:
    jobs.finish(job=job)
    exports.book(
        export=export,
        as_of=wanted.scope.now,
        made=made,
        file=name,
        size=export_files.path_of(name).stat().st_size,
    )


WORKERS: Mapping[str, Worker] = {exports.EXPORT: _work}
