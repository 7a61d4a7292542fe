"""Calls to providers, many at once, on one event loop a process.

The loop lives in a thread of its own and is kept between batches, so that a provider keeps its
connections; and so that nothing of the database runs on it.
"""

import asyncio
import atexit
import os
import threading
import time
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any, TypeVar

import structlog
from django.conf import settings

from messaging.providers.base import (
    LookUp,
    LookUpState,
    Outgoing,
    Provider,
    SendOutcome,
    SendResult,
)

log = structlog.get_logger(__name__)

T = TypeVar("T")

#: The longest a call may take; always well within the lease, after which it counts as lost.
CALL_SECONDS = 30.0
#: A call that has not left this long after its attempt's commit is not made: a STOP may have come.
LEAVE_WITHIN_SECONDS = 1.0

_loops: dict[int, asyncio.AbstractEventLoop] = {}
_starting = threading.Lock()


def send_all(
    calls: Sequence[tuple[Provider, Outgoing]], *, committing_since: float
) -> list[SendResult | None]:
    """Answers in the order of `calls`; None for one that was not made."""
    leave_by = committing_since + LEAVE_WITHIN_SECONDS

    async def all_of_them() -> list[SendResult | None]:
        slots = {
            provider: asyncio.Semaphore(provider.capabilities.max_in_flight)
            for provider, _ in calls
        }
        return await asyncio.gather(
            *(_send(slots[provider], provider, outgoing, leave_by) for provider, outgoing in calls)
        )

    return _run(all_of_them())


def look_up_all(questions: Sequence[tuple[Provider, str]]) -> list[LookUp]:
    """What each provider knows of an attempt's token, in the order of `questions`."""

    async def all_of_them() -> list[LookUp]:
        return await asyncio.gather(*(_look_up(provider, token) for provider, token in questions))

    return _run(all_of_them())


async def _send(
    slots: asyncio.Semaphore, provider: Provider, outgoing: Outgoing, leave_by: float
) -> SendResult | None:
    async with slots:
        if time.monotonic() > leave_by:
            return None
        try:
            return await _in_time(provider.send(outgoing))
        except Exception as error:
            # Only the kind of error: its text may repeat the number.
            log.warning("provider_call_broke", error=type(error).__name__)
            return SendResult(SendOutcome.UNKNOWN, error_code=type(error).__name__)


async def _look_up(provider: Provider, token: str) -> LookUp:
    try:
        return await _in_time(provider.look_up(token))
    except Exception as error:
        log.warning("provider_look_up_broke", error=type(error).__name__)
        return LookUp(LookUpState.UNAVAILABLE)


async def _in_time(call: Awaitable[T]) -> T:
    async with asyncio.timeout(min(CALL_SECONDS, settings.ATTEMPT_LEASE_SECONDS / 2)):
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
    return loop


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=5)
    if not thread.is_alive():
        loop.close()
