"""Calls to providers, many at once, on one event loop a process.

The loop lives in a thread of its own and is kept between batches, so that a provider keeps its
connections; and so that nothing of the database runs on it.
"""

import asyncio
import atexit
import gc
import os
import sys
import threading
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from django.conf import settings

from messaging import departures, failpoints
from messaging.providers import wire
from messaging.providers.base import (
    LookUp,
    LookUpState,
    Outgoing,
    PastText,
    Provider,
    SendOutcome,
    SendResult,
)
from messaging.providers.deadline import Deadline

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: The longest a call may take; always well within the lease, after which it counts as lost.
CALL_SECONDS = 20.0
#: A call that has not left this long after its attempt's commit is not made: a STOP may have come.
LEAVE_WITHIN_SECONDS = 1.0

#: How long an answer waits for others to be settled with.
LINGER_SECONDS = 0.01

#: Whoever waits for the database would get the interpreter back from the busy loop only after
#: Python's usual 5 ms, a dozen times a batch. So often it costs no processor time that can be seen.
SWITCH_SECONDS = 0.0001

_NO_RESULT = SendResult(SendOutcome.UNKNOWN, error_code="no_result")

#: The loop itself holds its tasks only weakly.
_under_way: set[asyncio.Task[Any] | None] = set()
_limits: weakref.WeakKeyDictionary[Provider, asyncio.Semaphore] = weakref.WeakKeyDictionary()
_loops: dict[int, asyncio.AbstractEventLoop] = {}
_starting = threading.Lock()


class Flight:
    """Calls under way, for one thread that starts them and takes their answers. A call is known by
    whatever its starter names it."""

    def __init__(self) -> None:
        self.in_flight = 0
        # Begun before anything is claimed: the first calls of a process would wait for it, and
        # then come too late to be made.
        self._loop = _loop()
        self._news = threading.Condition()
        self._landed: list[tuple[Any, SendResult | None]] = []
        self._enough = 0
        self._lingered = False

    def start(
        self, calls: Sequence[tuple[Any, Provider, Outgoing]], *, committing_since: float
    ) -> None:
        """Begins them all; returns at once."""
        if not calls:
            return
        leave_by = committing_since + LEAVE_WITHIN_SECONDS
        self.in_flight += len(calls)
        self._loop.call_soon_threadsafe(self._spawn, calls, leave_by)

    def landed(self, *, wait: float, enough: int) -> list[tuple[Any, SendResult | None]]:
        """Answers that have come, None for a call that was not made. Waits for the first of them,
        then a little for others: what they cost to settle is nearly the same for one as for
        many."""
        with self._news:
            self._enough = min(enough, self.in_flight)
            if wait > 0:
                self._news.wait_for(self._worth_waking, timeout=wait)
            found, self._landed, self._lingered = self._landed, [], False
        self.in_flight -= len(found)
        return found

    def _worth_waking(self) -> bool:
        return self._lingered or len(self._landed) >= self._enough

    def _spawn(self, calls: Sequence[tuple[Any, Provider, Outgoing]], leave_by: float) -> None:
        loop = asyncio.get_running_loop()
        for key, provider, outgoing in calls:
            task = loop.create_task(self._call(key, provider, outgoing, leave_by))
            _under_way.add(task)

    async def _call(
        self, key: Any, provider: Provider, outgoing: Outgoing, leave_by: float
    ) -> None:
        try:
            self._land((key, await _send(provider, outgoing, leave_by)))
        finally:
            _under_way.discard(asyncio.current_task())

    def _land(self, answer: tuple[Any, SendResult | None]) -> None:
        """The other thread is woken once for many answers: to hand it the interpreter for each
        made a call half as dear again."""
        with self._news:
            self._landed.append(answer)
            if len(self._landed) == 1:
                self._loop.call_later(LINGER_SECONDS, self._linger_over)
            if self._worth_waking():
                self._news.notify()

    def _linger_over(self) -> None:
        with self._news:
            if self._landed:
                self._lingered = True
                self._news.notify()


def look_up_all(questions: Sequence[tuple[Provider, Outgoing, datetime]]) -> list[LookUp]:
    """What each provider knows of an attempt and when it started, in the order of `questions`."""

    async def all_of_them() -> list[LookUp]:
        return await asyncio.gather(*(_look_up(*question) for question in questions))

    return _run(all_of_them())


def history_of(provider: Provider, since: datetime) -> Iterator[Sequence[PastText]]:
    """Page by page, as `Provider.history`; raises what that raises."""
    pages = provider.history(since)
    while (page := _run(_next_page(pages))) is not None:
        yield page


async def _next_page(pages: AsyncIterator[Sequence[PastText]]) -> Sequence[PastText] | None:
    return await anext(pages, None)


async def _send(provider: Provider, outgoing: Outgoing, leave_by: float) -> SendResult | None:
    try:
        async with _slots(provider):
            if time.monotonic() > leave_by:
                return None
            _strike_out(provider, outgoing.token)
            failpoints.reached("call.before")
            result = await _in_time(provider.send(outgoing))
            failpoints.reached("call.after")
            # None would say that the call was not made, and the text would go out again.
            return result if isinstance(result, SendResult) else _NO_RESULT
    except Exception as error:
        # Only the kind of error: its text may repeat the number.
        log.warning("provider_call_broke", error=type(error).__name__)
        return SendResult(SendOutcome.UNKNOWN, error_code=type(error).__name__)


def _strike_out(provider: Provider, token: str) -> None:
    """As late as can be: a process killed before it leaves a call that may safely be made again.
    The task has a context of its own."""
    if provider.capabilities.by_wire:
        wire.departing.set(partial(departures.leaving, token))
    else:
        departures.leaving(token)


def _slots(provider: Provider) -> asyncio.Semaphore:
    """The provider's own limit, over all that this process has under way."""
    held = _limits.get(provider)
    if held is None:
        held = _limits[provider] = asyncio.Semaphore(provider.capabilities.max_in_flight)
    return held


async def _look_up(provider: Provider, outgoing: Outgoing, started_at: datetime) -> LookUp:
    try:
        async with _slots(provider):
            return await _in_time(provider.look_up(outgoing, started_at))
    except Exception as error:
        log.warning("provider_look_up_broke", error=type(error).__name__)
        return LookUp(LookUpState.UNAVAILABLE)


async def _in_time(call: Awaitable[T]) -> T:
    with Deadline(min(CALL_SECONDS, settings.ATTEMPT_LEASE_SECONDS / 2)):
        return await call


def _run(work: Coroutine[Any, Any, T]) -> T:
    future = asyncio.run_coroutine_threadsafe(work, _loop())
    try:
        return future.result()
    except BaseException:
        # A task's time limit: its attempts stay started, and are settled as lost.
        future.cancel()
        raise


def _loop() -> asyncio.AbstractEventLoop:
    """A worker forked from this process has none of its threads, so it starts its own."""
    with _starting:
        loop = _loops.get(os.getpid())
        if loop is None:
            loop = asyncio.new_event_loop()
            _loops[os.getpid()] = loop
            thread = threading.Thread(target=loop.run_forever, name="provider-calls", daemon=True)
            thread.start()
            atexit.register(_stop, loop, thread)
            sys.setswitchinterval(SWITCH_SECONDS)
            # What is loaded by now stays; walking over it again and again for garbage took a
            # quarter of a call's time.
            gc.collect()
            gc.freeze()
    return loop


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    with suppress(TimeoutError):
        asyncio.run_coroutine_threadsafe(wire.close(), loop).result(timeout=5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=5)
    if not thread.is_alive():
        loop.close()
