"""The embedded servers, really started. A few seconds each."""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from config import places, postgres, servers, valkey

pytestmark = [pytest.mark.chaos]


@pytest.fixture
def var() -> Iterator[Path]:
    """Short enough for sockets; below a folder which only its owner can enter."""
    with tempfile.TemporaryDirectory(prefix="sw-") as folder:
        yield Path(folder) / "var"
        servers.discard(Path(folder) / "var")


def postmaster(place: places.Place) -> int:
    return int((place.postgres_data / "postmaster.pid").read_text().split("\n", 1)[0])


def valkey_pid(place: places.Place) -> int:
    return int((place.valkey_data / "valkey.pid").read_text())


def wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def count_rows(place: places.Place) -> int:
    with psycopg.connect(place.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def keep_a_row(place: places.Place) -> None:
    with psycopg.connect(place.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO kept DEFAULT VALUES")


def test_data_outlive_the_servers_and_nothing_runs_after(var: Path) -> None:
    with servers.held(var) as place:
        keep_a_row(place)
        pids = (postmaster(place), valkey_pid(place))
        assert Redis.from_url(place.redis_url).ping()

    for pid in pids:
        wait_for_end(pid)
    assert not postgres.is_up(place)
    assert not valkey.is_up(place)
    with servers.held(var) as place:
        assert count_rows(place) == 1


def test_no_folder_above_is_opened_and_the_account_is_not_root(var: Path) -> None:
    before = var.parent.stat().st_mode

    with servers.held(var) as place:
        owner = place.postgres_data.stat().st_uid
        modes = {path.stat().st_mode & 0o777 for path in (place.sockets, place.postgres_data)}

    assert var.parent.stat().st_mode == before
    assert owner != 0
    assert modes == {0o700}


def test_committed_rows_survive_the_kill_of_both_servers(var: Path) -> None:
    with servers.held(var) as place:
        keep_a_row(place)
        os.kill(postmaster(place), signal.SIGKILL)
        os.kill(valkey_pid(place), signal.SIGKILL)

        with servers.held(var):
            keep_a_row(place)
            assert Redis.from_url(place.redis_url).ping()
            assert count_rows(place) == 2


def test_note_of_a_process_that_is_another_program_by_now_is_no_hindrance(var: Path) -> None:
    with servers.held(var) as place:
        note = (place.postgres_data / "postmaster.pid").read_text()
    # A live process of the same account, which PostgreSQL alone would take for its own.
    account = {"user": place.account} if place.account else {}
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **account)  # type: ignore[call-overload]
    try:
        forged = note.replace(note.split("\n", 1)[0], str(stranger.pid), 1)
        path = place.postgres_data / "postmaster.pid"
        path.write_text(forged)
        path.chmod(0o644)

        with servers.held(var) as place:
            assert postgres.is_up(place)
    finally:
        stranger.kill()
        stranger.wait()


def test_half_made_data_folder_is_made_anew(var: Path) -> None:
    place = places.find(var)
    half = place.home / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with servers.held(var) as place:
        keep_a_row(place)

        assert count_rows(place) == 1


def test_last_holder_stops_the_servers_and_not_the_first_to_leave(var: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from config import servers\n"
        "with servers.held(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(var)],
        cwd=places.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    with servers.held(var) as place:
        assert other.stdout.readline() == b"held\n"
    assert postgres.is_up(place)
    assert valkey.is_up(place)

    other.communicate(timeout=30)

    assert not postgres.is_up(place)
    assert not valkey.is_up(place)


def test_killed_holder_is_not_counted(var: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from config import servers\n"
        "with servers.held(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(var)], cwd=places.CHECKOUT, check=False)
    assert postgres.is_up(places.find(var))

    with servers.held(var) as place:
        assert postgres.is_up(place)

    assert not postgres.is_up(place)


def test_commands_at_once_make_one_server(var: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from config import servers\n"
        "with servers.held(Path(sys.argv[1])): time.sleep(0.3)"
    )
    command = [sys.executable, "-c", code, str(var)]
    running = [subprocess.Popen(command, cwd=places.CHECKOUT) for _ in range(4)]

    assert [process.wait(timeout=60) for process in running] == [0, 0, 0, 0]
    assert not postgres.is_up(places.find(var))


def test_nobody_holds_a_lock_after_the_block(var: Path) -> None:
    with servers.held(var):
        pass

    with (var / "servers.users").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
