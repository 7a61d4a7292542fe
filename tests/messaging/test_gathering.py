import threading
from collections.abc import Sequence

import pytest

from messaging.gathering import Gathering


class Slow:
    """Doubles numbers; the first call does not end before so many threads wait behind it."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.began = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.calls.append(list(numbers))
        self.began.set()
        assert self.may_end.wait(10)
        if 13 in numbers:
            raise ValueError("13")
        return [2 * number for number in numbers]


def gathered(slow: Slow, numbers: Sequence[int], most: int = 50) -> dict[int, int | None]:
    """The first number alone, the others while it is at work; None for what raised."""
    gathering: Gathering[int, int] = Gathering(slow, most=most, lost=-1)
    results: dict[int, int | None] = {}

    def do(number: int) -> None:
        try:
            results[number] = gathering.do(number)
        except ValueError:
            results[number] = None

    threads = [threading.Thread(target=do, args=(number,)) for number in numbers]
    threads[0].start()
    assert slow.began.wait(10)
    for started, thread in enumerate(threads[1:], start=1):
        thread.start()
        while len(gathering._waiting) < started:
            pass
    slow.may_end.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_work_alone_is_done_at_once() -> None:
    gathering: Gathering[int, int] = Gathering(
        lambda numbers: [2 * n for n in numbers], most=2, lost=0
    )

    assert [gathering.do(1), gathering.do(2)] == [2, 4]


def test_what_comes_meanwhile_is_done_together_and_each_gets_its_own() -> None:
    slow = Slow()

    assert gathered(slow, [1, 2, 3, 4]) == {1: 2, 2: 4, 3: 6, 4: 8}
    assert slow.calls == [[1], [2, 3, 4]]


def test_no_more_than_so_many_are_done_together() -> None:
    slow = Slow()

    assert gathered(slow, [1, 2, 3, 4, 5, 6], most=2) == {n: 2 * n for n in range(1, 7)}
    assert slow.calls == [[1], [2, 3], [4, 5], [6]]


def test_work_that_breaks_is_told_to_whoever_did_it_and_lost_to_the_others() -> None:
    slow = Slow()

    assert gathered(slow, [1, 2, 13, 4]) == {1: 2, 2: None, 13: -1, 4: -1}


def test_after_work_that_broke_the_next_goes_on() -> None:
    slow = Slow()
    slow.may_end.set()
    gathering: Gathering[int, int] = Gathering(slow, most=50, lost=-1)

    with pytest.raises(ValueError, match="13"):
        gathering.do(13)

    assert gathering.do(1) == 2
