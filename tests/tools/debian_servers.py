"""The unit part of the suite on the servers that Debian ships, as docs/operate.md installs them.

    apt install postgresql redis-server
    python -m tests.tools.debian_servers [words for pytest]

Servers of its own, in a folder of its own, gone afterwards; as root, for PostgreSQL must not be.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.slots import SLOTS

_UNIT = ("-n", "2", "-m", "not chaos and not e2e")
_ACCOUNT = "postgres"
_MISSING = "Needs root and Debian's own servers: apt install postgresql redis-server\n"


def main(words: list[str]) -> int:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    redis = shutil.which("redis-server")
    if not programs or redis is None or os.geteuid() != 0:
        sys.stderr.write(_MISSING)
        return 1
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="debian-")))
        folder.chmod(0o755)
        database = stack.enter_context(_postgresql(programs[-1], folder / "postgresql"))
        broker = stack.enter_context(_redis(redis, folder / "redis"))
        environment = {**os.environ, "TEST_DATABASE_URL": database, "TEST_REDIS_URL": broker}
        command = [sys.executable, "-m", "pytest", "-q", *(words or _UNIT)]
        return subprocess.run(command, env=environment, check=False).returncode


@contextmanager
def _postgresql(programs: Path, folder: Path) -> Iterator[str]:
    """Its address."""
    folder.mkdir()
    shutil.chown(folder, _ACCOUNT, _ACCOUNT)
    data = folder / "data"
    _as_postgres(programs / "initdb", "--pgdata", data, "--auth=trust", "--encoding=UTF8",
                 "--locale=C.UTF-8", "--no-sync")  # fmt: skip
    options = (
        f"-c listen_addresses= -c unix_socket_directories={folder} -c max_connections=200"
        " -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c timezone=UTC"
    )
    control = (programs / "pg_ctl", "--wait", "--pgdata", data, "--log", folder / "log")
    _as_postgres(*control, "--options", options, "start")
    try:
        yield f"postgresql://{_ACCOUNT}@/{_ACCOUNT}?host={folder}"
    finally:
        _as_postgres(*control, "--mode=fast", "stop")


@contextmanager
def _redis(program: str, folder: Path) -> Iterator[str]:
    folder.mkdir()
    socket = folder / "redis.sock"
    options = ("--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder)
    words = [program, *options, "--databases", SLOTS, "--maxmemory-policy", "noeviction"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log)
    try:
        yield f"unix://{socket}?db=0"
    finally:
        server.terminate()
        server.wait()


def _as_postgres(*words: str | Path) -> None:
    subprocess.run(
        [str(word) for word in words], user=_ACCOUNT, group=_ACCOUNT, extra_groups=[], cwd="/",
        stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
