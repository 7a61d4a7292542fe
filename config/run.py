"""`make run`: the whole of Sendwell on one machine, from nothing to a page that answers.

DEMO=1 unless the environment says otherwise. PORT=n is the web port, DAY=n passes a calendar day
in n seconds (demo only).
"""

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from config import places, servers
from config.supervisor import Job, Supervisor

HOST = "127.0.0.1"
_FIRST_PORT = 8000
_PORTS_TRIED = 100
# Every queue of config.queues, in the order they are worth most; a test compares the two.
WORKER_QUEUES = "stop_inbound,replies,due,bulk,callbacks,reports"
#: A webhook has seconds before the provider calls it failed; what it brought can wait a little.
GIVES_WAY = ("nice", "-n", "5")


class RunRefused(Exception):
    """One sentence on what stands in the way and what to do about it."""


def main() -> int:
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    var = places.var_dir(os.environ)
    supervisor = Supervisor(os.environ, var / "log", sys.stdout)
    supervisor.listen()
    try:
        with held_port(os.environ.get("PORT", "")) as port:
            address = f"http://{HOST}:{port}"
            with _only_one(var, address), servers.held_if_embedded(os.environ):
                return _run(supervisor, port, address)
    except (RunRefused, servers.ServerTrouble) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except PermissionError as refused:
        print(f"{refused.filename} belongs to another account; set VAR_DIR.", file=sys.stderr)
        return 1


def _run(supervisor: Supervisor, port: int, address: str) -> int:
    if os.environ["DEMO"] == "1":
        os.environ.setdefault("PUBLIC_BASE_URL", address)
    os.environ["PYTHONUNBUFFERED"] = "1"
    _prepare()
    try:
        for job in jobs(port, os.environ.get("DAY", "")):
            if not supervisor.is_ending:
                supervisor.start(job)
        code = supervisor.watch(until=lambda: _answers(port))
        if code is None:
            _welcome(address)
            code = supervisor.watch()
        assert code is not None
        return code
    finally:
        print("Stopping.", flush=True)
        supervisor.stop()


def jobs(port: int, day: str) -> list[Job]:
    """In the order they stop: what makes work before what does it, the web page last."""
    # Celery warns whoever is root; the servers are not root's here, and the demo may be.
    python = [sys.executable, "-W", "ignore:You're running the worker"]
    celery = [*python, "-m", "celery", "--quiet", "--app", "config.celery"]
    quiet = ["--without-mingle", "--without-gossip", "--concurrency", "2", "--pool", "prefork"]
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    # As many texts can be stored together; each thread has a database connection of its own.
    granian += ["--blocking-threads", "16", "--log-level", "warning", "--host", HOST]
    found = [
        Job("worker", [*GIVES_WAY, *celery, "worker", "--queues", WORKER_QUEUES, *quiet]),
        Job("beat", [*celery, "beat", "--pidfile", ""]),
        # Tells people of troubles, also when worker or beat are one.
        Job("watch", [sys.executable, "manage.py", "watch"]),
        Job("web", [*granian, "--port", str(port), "config.wsgi:application"]),
    ]
    if day:
        found.insert(0, Job("pace", [sys.executable, "manage.py", "pace", "--day", day]))
    return found


@contextmanager
def held_port(wanted: str) -> Iterator[int]:
    """PORT, when it is set and free; else the first free one from 8000 on. Ours from this moment:
    another product started at once finds it taken, though the web process is not there yet."""
    held = _asked_for(wanted) if wanted else _first_free()
    with held:
        yield int(held.getsockname()[1])


def _asked_for(wanted: str) -> socket.socket:
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise RunRefused("Set PORT to a number from 1 to 65535.")
    held = _hold(int(wanted))
    if held is None:
        raise RunRefused(f"Port {wanted} is in use; set PORT to another one.")
    return held


def _first_free() -> socket.socket:
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS_TRIED):
        held = _hold(port)
        if held is not None:
            if port != _FIRST_PORT:
                print(f"Port {_FIRST_PORT} is in use; this one takes {port}.", flush=True)
            return held
    raise RunRefused(f"No port from {_FIRST_PORT} on is free; set PORT to one that is.")


def _hold(port: int) -> socket.socket | None:
    """A socket on the port that never listens. On Linux it stays: the web server, which shares its
    ports, can still listen there, and whoever asks here can't. Elsewhere it only asked."""
    probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((HOST, port))
    except OSError:
        probe.close()
        return None
    if sys.platform == "linux":
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return probe


def _prepare() -> None:
    # A group of its own: a Ctrl-C now lets it finish, and what would follow is not started.
    done = subprocess.run(
        [sys.executable, "-m", "config.prepare"],
        cwd=places.CHECKOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        check=False,
    )
    if done.returncode:
        raise RunRefused("The database could not be made ready; the reason stands above.")


def _answers(port: int) -> bool:
    """Any answer will do: a page, a redirect to https, a refusal of this host's name."""
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/admin/login/")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _welcome(address: str) -> None:
    print(
        f"\nSendwell runs at {address}/\n"
        f"  Phone   {address}/phone/   text JOIN from an invented handset, move its clock\n"
        f"  Admin   {address}/admin/   campaigns, people, every text and why\n"
        "  DAY=20 make run   lets a day pass in 20 seconds\n"
        "Ctrl-C stops everything; the next start goes on where this one ended.\n",
        flush=True,
    )


@contextmanager
def _only_one(var: Path, address: str) -> Iterator[None]:
    var.mkdir(parents=True, exist_ok=True)
    handle = os.open(var / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        running = os.read(handle, 100).decode("ascii", "replace")
        os.close(handle)
        raise RunRefused(f"Already running at {running}; stop that one first.") from None
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, address.encode("ascii"), 0)
        yield
    finally:
        os.close(handle)


if __name__ == "__main__":
    sys.exit(main())
