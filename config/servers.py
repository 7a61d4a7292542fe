"""The embedded servers as something many processes share.

Whoever needs them holds a shared lock on var/servers.users. The first starts them; the last to let
go stops them. The kernel drops a killed process's lock, so a count is never wrong; servers left
running by a kill are used, and in time stopped, by the next who comes.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config import accounts, places, postgres, valkey, wheels
from config.places import Place


class ServerTrouble(Exception):
    """One sentence on what stands in the way and what to do about it."""


_TROUBLES = (
    accounts.AccountTrouble,
    places.PlaceTrouble,
    postgres.PostgresTrouble,
    valkey.ValkeyTrouble,
    wheels.WheelMissing,
)


@contextmanager
def held_if_embedded(environment: Mapping[str, str]) -> Iterator[None]:
    """Hold the servers as long as the block runs, unless the environment names both its own."""
    own = [environment.get(name) or environment.get(f"{name}_FILE") for name in _ADDRESSES]
    if all(own):
        yield
        return
    with held(places.var_dir(environment)):
        yield


_ADDRESSES = ("DATABASE_URL", "REDIS_URL")


@contextmanager
def held(var: Path, *, throwaway: bool = False) -> Iterator[Place]:
    """Hold both servers of `var`. `throwaway` is for tests: quick, and not safe in a power cut."""
    with _told_plainly():
        place = _prepared(var)
        users = _open(var / "servers.users")
    try:
        with _told_plainly(), _alone(var):
            fcntl.flock(users, fcntl.LOCK_SH)
            _start(place, throwaway=throwaway)
        yield place
    finally:
        with _told_plainly(), _alone(var):
            _let_go(users, place)


def discard(var: Path) -> None:
    """Delete all data of `var`, wherever they lie. For tests; nothing may hold the servers."""
    home = places.find(var).home
    for folder in (home, places.find(var).sockets, var):
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(var: Path) -> Place:
    var.mkdir(parents=True, exist_ok=True)
    (var / "log").mkdir(exist_ok=True)
    with _alone(var):
        accounts.ensure_account()
        place = places.find(var)
        place.home.mkdir(parents=True, exist_ok=True)
        accounts.private_folder(place.sockets, place)
        _write_note(place)
    return place


def _start(place: Place, *, throwaway: bool) -> None:
    if not valkey.is_up(place):
        valkey.start(place, place.var / "log" / "valkey.log")
    if not postgres.is_up(place):
        postgres.start(place, place.var / "log" / "postgres.log", throwaway=throwaway)


def _let_go(users: int, place: Place) -> None:
    """Stop the servers when the exclusive lock shows that nobody else holds them."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        postgres.stop(place, place.var / "log" / "postgres.log")
        valkey.stop(place)
    finally:
        os.close(users)


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    """One process at a time starts or stops servers."""
    lock = _open(var / "servers.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _told_plainly() -> Iterator[None]:
    try:
        yield
    except _TROUBLES as trouble:
        raise ServerTrouble(str(trouble)) from trouble
    except PermissionError as refused:
        raise ServerTrouble(
            f"{refused.filename} belongs to another account: run as that account, or set VAR_DIR "
            "to a folder of your own."
        ) from refused


def _write_note(place: Place) -> None:
    note = place.var / "README"
    if not note.exists():
        note.write_text(
            "What this installation keeps: the embedded servers' data, logs, the demo's secrets.\n"
            f"Database files and sockets: {place.home}\n"
            "Delete this folder, with nothing running, to start afresh.\n"
        )
    back = place.home / "README"
    if not back.exists():
        back.write_text(f"Embedded servers of the installation that keeps {place.var}\n")
