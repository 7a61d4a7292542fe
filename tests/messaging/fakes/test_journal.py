import asyncio
import json
import threading
from pathlib import Path

import pytest

from messaging.fakes.journal import Journal, JournalInUse


def never(error: OSError) -> None:
    raise AssertionError(error)


def test_line_is_confirmed_after_its_sync_and_those_that_wait_share_the_next(
    tmp_path: Path,
) -> None:
    allowed, synced, told = threading.Event(), [], []

    def slow_sync(file: int) -> None:
        assert allowed.wait(10)
        synced.append((tmp_path / "lines").read_bytes().count(b"\n"))

    async def three_lines() -> None:
        journal = Journal(tmp_path / "lines", never, slow_sync)
        confirmed = asyncio.Event()
        journal.append(b"1", lambda: told.append(1))
        journal.append(b"2", lambda: told.append(2))
        journal.append(b"3", confirmed.set)
        await asyncio.sleep(0.05)
        assert told == []
        allowed.set()
        await asyncio.wait_for(confirmed.wait(), 10)
        journal.close()

    asyncio.run(three_lines())

    assert told == [1, 2]
    assert synced == [1, 3]


def test_failing_disk_is_told_and_nothing_is_confirmed(tmp_path: Path) -> None:
    failures: list[OSError] = []

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    async def one_line() -> None:
        journal = Journal(tmp_path / "lines", failures.append, full)
        journal.append(b"1", lambda: pytest.fail("confirmed"))
        while not failures:
            await asyncio.sleep(0.01)
        journal.close()

    asyncio.run(one_line())

    assert failures[0].errno == 28


def test_line_half_written_by_a_crash_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b'{"a": 1}\n{"a": 2}\n{"a": ')

    journal = Journal(path, never)
    entries = list(journal.entries())
    journal.close()

    assert entries == [{"a": 1}, {"a": 2}]
    assert [json.loads(line) for line in path.read_bytes().splitlines()] == entries


def test_second_process_is_kept_out(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "lines", never)

    with pytest.raises(JournalInUse):
        Journal(tmp_path / "lines", never)

    journal.close()
