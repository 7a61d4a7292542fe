"""An embedded Valkey, the broker. Kept in memory only: what it carries are hints."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

from config import accounts
from config.places import Place
from config.wheels import valkey_program

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class ValkeyTrouble(Exception):
    """One sentence, with where its log lies."""


def is_up(place: Place) -> bool:
    return _ask(place, b"PING").startswith(b"+PONG")


def start(place: Place, log: Path) -> None:
    program = valkey_program(for_other_account=place.account is not None)
    accounts.private_folder(place.valkey_data, place)
    settings = {
        # No TCP; as with PostgreSQL the socket's folder is the guard.
        "port": "0",
        "unixsocket": f'"{place.valkey_socket}"',
        "unixsocketperm": "700",
        "dir": f'"{place.valkey_data}"',
        "daemonize": "yes",
        "pidfile": f'"{place.valkey_data / "valkey.pid"}"',
        "logfile": f'"{place.valkey_data / "valkey.log"}"',
        "loglevel": "warning",
        "save": '""',
        "appendonly": "no",
        # A task that cannot be stored must be refused aloud, never another one dropped for it.
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "databases": "64",
    }
    path = place.valkey_data / "valkey.conf"
    path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    path.chmod(0o644)
    if accounts.run([program, path], place, log):
        raise ValkeyTrouble(f"Valkey did not start; {log} says why.")
    if not _wait(lambda: is_up(place), _START_SECONDS):
        raise ValkeyTrouble(f"Valkey did not answer; {place.valkey_data / 'valkey.log'} says why.")


def stop(place: Place) -> None:
    # By its socket, not by a noted process id, which may be another program's by now.
    _ask(place, b"SHUTDOWN NOSAVE")
    if not _wait(lambda: not is_up(place), _STOP_SECONDS):
        raise ValkeyTrouble(f"Valkey did not stop; see {place.valkey_data / 'valkey.log'}.")


def _ask(place: Place, words: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(2.0)
        try:
            line.connect(str(place.valkey_socket))
            line.sendall(words + b"\r\n")
            return line.recv(64)
        except OSError:
            return b""


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
