"""Work that many threads bring at the same moment, done together by whichever of them came first.

Nobody waits for others to come: while one is at work the next gather, and one of those does theirs.
So the busier, the more at once.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")


class _Place(Generic[Work, Result]):
    """One piece of work, and where its thread waits for it."""

    __slots__ = ("_turn", "results", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.results: list[Result] = []
        self._turn = threading.Lock()
        self._turn.acquire()

    def wait(self) -> None:
        self._turn.acquire()

    def wake(self) -> None:
        self._turn.release()


class Gathering(Generic[Work, Result]):
    """`do_all` gives a result for each piece, in their order; it is not called twice at once. What
    it raises is raised where it was called, and the others' results are `lost`."""

    def __init__(
        self, do_all: Callable[[Sequence[Work]], Sequence[Result]], *, most: int, lost: Result
    ) -> None:
        self._do_all = do_all
        self._most = most
        self._lost = lost
        self._guard = threading.Lock()
        self._waiting: list[_Place[Work, Result]] = []
        self._busy = False

    def do(self, work: Work) -> Result:
        own = _Place[Work, Result](work)
        with self._guard:
            self._waiting.append(own)
            follows, self._busy = self._busy, True
        if follows:
            own.wait()
            if own.results:
                return own.results[0]
        self._lead(own)
        return own.results[0]

    def _lead(self, own: _Place[Work, Result]) -> None:
        """The others of the batch are woken with their results, and the next that waits to lead."""
        with self._guard:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            for place, result in zip(
                batch, self._do_all([place.work for place in batch]), strict=True
            ):
                place.results.append(result)
        finally:
            with self._guard:
                follower = self._waiting[0] if self._waiting else None
                self._busy = follower is not None
            for place in batch:
                if not place.results and place is not own:
                    place.results.append(self._lost)
            for place in [*batch, *([follower] if follower else [])]:
                if place is not own:
                    place.wake()
