"""asyncio.timeout for calls by the thousand, at a third of its price.

A timer of its own for each call costs more to set and to take away than to write the call. Here one
timer a loop looks through all that is open, some times a second.
"""

import asyncio
import math
import weakref
from types import TracebackType
from typing import Self

#: Seconds by which a call may be cut off late.
TICK = 0.05


class Deadline:
    """Raises TimeoutError when what is done in it takes longer than so many seconds; None: for
    ever. To be entered in a task."""

    __slots__ = ("_cancelling", "_late", "_seconds", "_task", "_watch", "until")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = math.inf if seconds is None else seconds

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline is for a task")
        loop = task.get_loop()
        self._task, self._late, self._cancelling = task, False, task.cancelling()
        self.until = loop.time() + self._seconds
        self._watch = _watch(loop)
        self._watch.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._watch.open.pop(self, None)
        # Who cancels the task for reasons of his own must not be answered with a time-out.
        if (
            self._late
            and self._task.uncancel() <= self._cancelling
            and isinstance(error, asyncio.CancelledError)
        ):
            raise TimeoutError from error

    def cut_off(self) -> None:
        self._late = True
        self._task.cancel()


class _Watch:
    """Over one loop's deadlines; asleep while there are none."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.open: dict[Deadline, None] = {}
        self._loop = weakref.ref(loop)
        self._awake = False

    def add(self, deadline: Deadline) -> None:
        self.open[deadline] = None
        if not self._awake:
            self._wait()

    def _wait(self) -> None:
        loop = self._loop()
        self._awake = bool(self.open) and loop is not None
        if self._awake and loop is not None:
            loop.call_later(TICK, self._look)

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        for deadline in [each for each in self.open if each.until <= now]:
            del self.open[deadline]
            deadline.cut_off()
        self._wait()


_watches: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Watch] = weakref.WeakKeyDictionary()


def _watch(loop: asyncio.AbstractEventLoop) -> _Watch:
    found = _watches.get(loop)
    if found is None:
        found = _watches[loop] = _Watch(loop)
    return found
