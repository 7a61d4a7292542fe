"""Kannel itself, with its own fake SMSC: three programs of Debian's, as processes of this test.

Where they are not installed they are fetched with apt and unpacked under var/peers, which needs no
rights; apt is asked which libraries are missing, as their names change from release to release.
Everything listens on this machine alone.
"""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote_from_bytes, unquote_to_bytes

from config import places

PACKAGES = ["kannel", "kannel-extras"]
USERNAME = "sendwell"
PASSWORD = "an invented = password"
#: The name of the line to the fake SMSC.
LINE = "fake"
_FOLDER = places.CHECKOUT / "var" / "peers" / "kannel"
_PATIENCE = 20.0
_FETCH_PATIENCE = 240
_SEEN = re.compile(
    rb"Got message \d+: <(\S+) (\S+) (?:udh (\S+) )?(text|data) (.*?)>\n(?=\d{4}-|\Z)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Programs:
    bearerbox: Path
    smsbox: Path
    fakesmsc: Path
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A text, or a part of one with its header, as the fake SMSC got it. `data` is UTF-8 where
    `kind` is text."""

    sender: str
    receiver: str
    kind: str
    data: bytes
    header: bytes = b""


@dataclass(frozen=True, slots=True)
class RunningKannel:
    url: str
    log: Path
    smsc: IO[bytes]

    def seen(self) -> list[Seen]:
        """What has gone out, in its order."""
        return [
            Seen(
                sender.decode(), receiver.decode(), kind.decode(), _plain(kind, data), _data(header)
            )
            for sender, receiver, header, kind, data in _SEEN.findall(self.log.read_bytes())
        ]

    def bring(self, sender: str, receiver: str, message: str) -> None:
        """A text from a person's telephone. `message`: kind and data as the fake SMSC reads them,
        in one line."""
        before = self._brought()
        self.smsc.write(f"{sender} {receiver} {message}\n".encode())
        self.smsc.flush()
        # Of two lines at once it would read the second only when a third comes.
        await_true(lambda: self._brought() > before, "a text from a telephone")

    def _brought(self) -> int:
        return self.log.read_bytes().count(b"fakesmsc: sent message")


@contextmanager
def kannel(folder: Path, post_url: str) -> Iterator[RunningKannel]:
    """Kannel with an empty store of texts. `post_url`: where it brings the texts that come in;
    `folder`: for its configuration and logs."""
    programs = found_or_fetched()
    admin, sendsms, smsc, box = _free_ports(4)
    conf = folder / "kannel.conf"
    conf.write_text(_configuration(admin, sendsms, smsc, box, post_url))
    status = f"http://127.0.0.1:{admin}/status.txt?password=status"
    with ExitStack() as started:

        def start(command: list[str | Path], ready: str) -> IO[bytes]:
            log = folder / f"{Path(command[0]).name}.log"
            standard_input = started.enter_context(_running(command, log, programs.environment))
            await_true(lambda: ready in _read(status), f"{ready} ({log})")
            return standard_input

        start([programs.bearerbox, "-v", "1", conf], "Status: running")
        start([programs.smsbox, "-v", "1", conf], "smsbox:")
        typed = start([programs.fakesmsc, "-H", "127.0.0.1", "-r", str(smsc)], f"{smsc} (online")
        url = f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms"
        yield RunningKannel(url, folder / "fakesmsc.log", typed)


def found_or_fetched() -> Programs:
    """Those of this machine, or unpacked once under var/. Fails the test in plain words."""
    fakesmsc = Path("/usr/lib/kannel/test/fakesmsc")
    search = f"{os.environ.get('PATH', '')}:/usr/sbin"
    found = [shutil.which(name, path=search) for name in ("bearerbox", "smsbox")]
    if found[0] and found[1] and fakesmsc.exists():
        return Programs(Path(found[0]), Path(found[1]), fakesmsc, os.environ)
    _FOLDER.mkdir(parents=True, exist_ok=True)
    root = _FOLDER / "root"
    with (_FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            _fetch(root)
    libraries = ":".join(sorted({str(path.parent) for path in root.rglob("*.so.*")}))
    return Programs(
        root / "usr/sbin/bearerbox",
        root / "usr/sbin/smsbox",
        root / "usr/lib/kannel/test/fakesmsc",
        {**os.environ, "LD_LIBRARY_PATH": libraries},
    )


def await_true(asked: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not asked():
        assert time.monotonic() < until, f"Kannel: {what} did not come within {_PATIENCE:.0f} s."
        time.sleep(0.05)


def _fetch(root: Path) -> None:
    """With the machine's lists of packages, or else with fresh ones of our own."""
    assert shutil.which("apt-get"), _missing("there is no apt here")
    assert shutil.which("dpkg"), _missing("there is no dpkg here")
    own = ["-o", f"Dir::State::lists={_FOLDER}/lists", "-o", f"Dir::Cache={_FOLDER}/cache"]
    # Else root would hand the fetching to a user who may not write here.
    alone = ["-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=true"]
    if not _download(alone):
        for folder in ("lists/partial", "cache/archives/partial"):
            (_FOLDER / folder).mkdir(parents=True, exist_ok=True)
        _apt([*alone, *own, "update"])
        assert _download([*alone, *own]), _missing("apt cannot fetch them")
    unpacked = root.with_name("unpacking")
    shutil.rmtree(unpacked, ignore_errors=True)
    for package in sorted((_FOLDER / "debs").glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, unpacked], check=True, timeout=_FETCH_PATIENCE)
    unpacked.rename(root)


def _download(options: list[str]) -> bool:
    planned = _apt([*options, "install", "--simulate", "--no-install-recommends", *PACKAGES])
    # Inst libct4 (1.3.17 Debian:12/stable [amd64])
    names = re.findall(r"^Inst (\S+)", planned or "", re.MULTILINE)
    if not names:
        return False
    debs = _FOLDER / "debs"
    shutil.rmtree(debs, ignore_errors=True)
    debs.mkdir()
    return _apt([*options, "download", *names], debs) is not None


def _apt(arguments: list[str], folder: Path = _FOLDER) -> str | None:
    """What it said; None when it failed."""
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    finished = subprocess.run(
        ["apt-get", "--yes", *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_FETCH_PATIENCE,
    )
    return finished.stdout if finished.returncode == 0 else None


def _missing(why: str) -> str:
    return f"This test needs Debian's packages {' and '.join(PACKAGES)}, and {why}: install them."


@contextmanager
def _running(
    command: list[str | Path], log: Path, environment: Mapping[str, str]
) -> Iterator[IO[bytes]]:
    """Its standard input."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=log.parent,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        assert process.stdin is not None
        try:
            yield process.stdin
        finally:
            # bearerbox would first wait for every text it holds; nothing here is worth that.
            process.kill()
            process.wait()
            with suppress(BrokenPipeError):
                process.stdin.close()


def _read(url: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.URLError:
        return ""


def _plain(kind: bytes, data: bytes) -> bytes:
    return data if kind == b"text" else _data(data)


def _data(encoded: bytes) -> bytes:
    return unquote_to_bytes(encoded.replace(b"+", b" "))


def quoted(text: str, encoding: str) -> str:
    """As the fake SMSC reads data."""
    return quote_from_bytes(text.encode(encoding), safe="")


def _free_ports(count: int) -> list[int]:
    lines = [socket.socket() for _ in range(count)]
    try:
        for line in lines:
            line.bind(("127.0.0.1", 0))
        return [line.getsockname()[1] for line in lines]
    finally:
        for line in lines:
            line.close()


def _configuration(admin: int, sendsms: int, smsc: int, box: int, post_url: str) -> str:
    """As docs/providers/kannel.md tells an operator, with short waits. No smsbox-id: a box with one
    gets no texts that come in, unless a smsbox-route says so."""
    return f"""
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = admin
status-password = status
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = {LINE}
allowed-smsc-id = {LINE}
port = {smsc}
our-host = 127.0.0.1
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 20
http-queue-delay = 1

group = sendsms-user
username = {USERNAME}
password = "{PASSWORD}"
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
send-sender = true
post-url = "{post_url}"
"""
