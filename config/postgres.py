"""An embedded PostgreSQL: made, started and stopped by its own programs.

It listens on a socket only, and trusts whoever reaches it: peer authentication cannot map root or
a developer's account to a database role without listing them. The guard is the socket's folder,
mode 0700, which only the servers' account and root can enter.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psycopg

from config import accounts
from config.places import ACCOUNT, Place
from config.wheels import postgres_programs

_MAJOR = "18"
_START_SECONDS = 60
_RETRY_SECONDS = 10
_STOP_SECONDS = 20


class PostgresTrouble(Exception):
    """One sentence, with where its log lies."""


def is_up(place: Place) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(str(place.sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def start(place: Place, log: Path, *, throwaway: bool = False) -> None:
    """Bring it up, whatever state the last one left. `throwaway` trades safety for speed."""
    try:
        _start(place, log, throwaway=throwaway)
    except PostgresTrouble:
        if not throwaway:
            raise
        # What the speed may cost in a power cut.
        shutil.rmtree(place.postgres_data)
        _start(place, log, throwaway=throwaway)
    _ensure_database(place)


def _start(place: Place, log: Path, *, throwaway: bool) -> None:
    programs = postgres_programs(for_other_account=place.account is not None)
    version = place.postgres_data / "PG_VERSION"
    if not version.exists():
        _make(place, programs, log, throwaway=throwaway)
    if version.read_text().strip() != _MAJOR:
        raise PostgresTrouble(
            f"{place.postgres_data} was made by PostgreSQL {version.read_text().strip()}: move it "
            f"over to {_MAJOR} with pg_dump, or set VAR_DIR to a new folder."
        )
    _write_settings(place, throwaway=throwaway)
    _clear_stale_pid(place)
    # Again: the sessions of a killed server may hold its shared memory for a moment.
    give_up = time.monotonic() + _RETRY_SECONDS
    while _pg_ctl(place, programs, log, "start", f"--timeout={_START_SECONDS}"):
        if time.monotonic() > give_up:
            raise PostgresTrouble(f"PostgreSQL did not start; {log} says why.")
        time.sleep(0.5)


def stop(place: Place, log: Path) -> None:
    """Stop it, cutting off open sessions; nothing committed is lost."""
    programs = postgres_programs(for_other_account=place.account is not None)
    if not (place.postgres_data / "postmaster.pid").exists():
        return
    for mode in ("fast", "immediate"):
        if not _pg_ctl(
            place, programs, log, "stop", f"--mode={mode}", f"--timeout={_STOP_SECONDS}"
        ):
            return
    if is_up(place):
        raise PostgresTrouble(f"PostgreSQL did not stop; {log} says why.")


def _make(place: Place, programs: Path, log: Path, *, throwaway: bool) -> None:
    """Made aside and renamed: a process killed half-way leaves nothing that looks finished."""
    aside = place.postgres_data.with_name("postgres.new")
    shutil.rmtree(aside, ignore_errors=True)
    accounts.private_folder(aside, place)
    command: list[str | Path] = [programs / "initdb", "--pgdata", aside]
    command += ["--username", ACCOUNT, "--auth=trust", "--encoding=UTF8"]
    # The same order of text on every machine, whatever its libraries.
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["--no-sync"] if throwaway else []
    if accounts.run(command, place, log):
        raise PostgresTrouble(f"PostgreSQL's data folder could not be made; {log} says why.")
    with (aside / "postgresql.conf").open("a") as file:
        file.write("\ninclude 'sendwell.conf'\n")
    if place.postgres_data.exists():
        place.postgres_data.rmdir()
    aside.rename(place.postgres_data)


def _write_settings(place: Place, *, throwaway: bool) -> None:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A statement in the log would carry people's numbers and words.
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
    }
    if throwaway:
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    lines = [
        f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
    ]
    path = place.postgres_data / "sendwell.conf"
    path.write_text("\n".join(["# Written at each start.", *lines, ""]))
    path.chmod(0o644)


def _clear_stale_pid(place: Place) -> None:
    """After a kill or a reboot the noted process id may belong to any other program by now."""
    note = place.postgres_data / "postmaster.pid"
    try:
        pid = int(note.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        note.unlink(missing_ok=True)
        return
    if str(place.postgres_data) not in _command_of(pid):
        note.unlink(missing_ok=True)


def _command_of(pid: int) -> str:
    if not Path("/proc/self").exists():
        done = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return done.stdout
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return ""


def _pg_ctl(place: Place, programs: Path, log: Path, *words: str) -> int:
    return accounts.run(
        [programs / "pg_ctl", *words, "--wait", "--pgdata", place.postgres_data], place, log
    )


def _ensure_database(place: Place) -> None:
    address = f"host={place.sockets} user={ACCOUNT} dbname=postgres connect_timeout=5"
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ACCOUNT])
        if found.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{ACCOUNT}"')
