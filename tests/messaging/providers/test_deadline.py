"""What asyncio.timeout promises, of the cheaper one."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from messaging.providers.deadline import TICK, Deadline


async def at_most(seconds: float | None, work: Coroutine[Any, Any, Any]) -> Any:
    with Deadline(seconds):
        return await work


def test_work_in_time_gives_its_result() -> None:
    assert asyncio.run(at_most(5, asyncio.sleep(0.01, "done"))) == "done"


def test_work_without_a_bound_may_take_its_time() -> None:
    assert asyncio.run(at_most(None, asyncio.sleep(3 * TICK, "done"))) == "done"


def test_work_that_takes_too_long_is_cut_off_soon_after() -> None:
    started = time.monotonic()

    with pytest.raises(TimeoutError):
        asyncio.run(at_most(0.1, asyncio.sleep(30)))

    assert 0.1 <= time.monotonic() - started < 5


def test_each_of_many_is_cut_off_at_its_own_time() -> None:
    async def all_of_them() -> list[Any]:
        tasks = [at_most(seconds, asyncio.sleep(0.5, seconds)) for seconds in (0.1, 30, 0.2, None)]
        return await asyncio.gather(*tasks, return_exceptions=True)

    first, second, third, fourth = asyncio.run(all_of_them())

    assert (second, fourth) == (30, None)
    assert isinstance(first, TimeoutError)
    assert isinstance(third, TimeoutError)


def test_watch_falls_asleep_and_wakes_again() -> None:
    async def one_after_the_other() -> list[str]:
        said = []
        for _ in range(3):
            try:
                await at_most(0.01, asyncio.sleep(30))
            except TimeoutError:
                said.append("late")
            await asyncio.sleep(2 * TICK)
        return said

    assert asyncio.run(one_after_the_other()) == ["late"] * 3


def test_error_of_the_work_itself_is_raised_as_it_is() -> None:
    async def breaks() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(at_most(5, breaks()))


def test_cancelled_by_others_stays_cancelled() -> None:
    async def cancelled() -> bool:
        task = asyncio.ensure_future(at_most(5, asyncio.sleep(30)))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(cancelled())


def test_inner_of_two_is_told_apart_from_the_outer() -> None:
    async def nested() -> str:
        with Deadline(30):
            try:
                await at_most(0.05, asyncio.sleep(30))
            except TimeoutError:
                return "inner"
        return "none"

    assert asyncio.run(nested()) == "inner"


def test_deadline_outside_a_task_is_refused() -> None:
    loop = asyncio.new_event_loop()
    raised: list[object] = []

    def entered() -> None:
        try:
            Deadline(1).__enter__()
        except RuntimeError as error:
            raised.append(error)
        loop.stop()

    loop.call_soon(entered)
    loop.run_forever()
    loop.close()

    assert len(raised) == 1
