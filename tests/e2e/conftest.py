"""The product as `make run` starts it, in a data folder of its own, and a browser signed in."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from config.servers import discard
from tests import prepared
from tests.e2e import browser

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180


@dataclass(frozen=True)
class Site:
    address: str
    email: str
    password: str
    environment: dict[str, str]

    def manage(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": browser.find(),
        "args": browser.arguments(),
    }


@pytest.fixture(scope="session")
def base_url(site: "Site") -> str:
    return site.address


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    prepared.lay(folder / "var")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PORT", "DAY")
    }
    environment |= {"VAR_DIR": str(folder / "var"), "DEMO": "1", "LOG_LEVEL": "WARNING"}
    # Another product may run on the usual port of this machine, and would get half the requests.
    environment["PORT"] = str(free_port())
    log = folder / "run.log"
    with log.open("wb") as output:
        run = subprocess.Popen(
            [sys.executable, "-m", "config.run"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        said = _wait_until_up(run, log)
        login = re.search(r"Login: (\S+)\s+password: (\S+)", said)
        address = re.search(r"Sendwell runs at (http\S+?)/\s", said)
        assert login, said
        assert address, said
        yield Site(address[1], login[1], login[2], environment)
    finally:
        run.send_signal(signal.SIGINT)
        assert run.wait(timeout=60) == 0, log.read_text()
        discard(folder / "var")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_until_up(run: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        said = log.read_text()
        if "Ctrl-C stops" in said:
            return said
        assert run.poll() is None, said
        time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def signed_in_state(site: Site, browser: Browser) -> StorageState:
    """One signing in for the whole part."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site.address}/admin/")
    page.fill("input[name=login]", site.email)
    page.fill("input[name=password]", site.password)
    page.click("button[type=submit]")
    page.wait_for_url(f"{site.address}/admin/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def signed_in(browser: Browser, signed_in_state: StorageState) -> Iterator[Page]:
    context = browser.new_context(storage_state=signed_in_state)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()
