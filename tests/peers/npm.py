"""Programs from npm: where they lie, and one run of a small script of ours on top of them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from config import places

MODULES = places.CHECKOUT / "node_modules"
_PATIENCE = 120


def node() -> str:
    """The program itself. Fails the test that asked, in plain words, where it is missing."""
    found = shutil.which("node")
    assert found, "This test needs Node.js 20 or later on the PATH."
    return found


def package(name: str) -> Path:
    """The folder of an installed package."""
    folder = MODULES / name
    assert folder.is_dir(), f"{name} is not installed: run `make node_modules/.made`."
    return folder


def run(script: str, given: object, *, needs: str = "") -> Any:
    """Runs `script`, a file beside this one, with JSON in and JSON out: one process however many
    cases there are. `needs`: the package it stands on, where it stands on one."""
    if needs:
        package(needs)
    path = Path(__file__).parent / script
    finished = subprocess.run(
        [node(), str(path)],
        input=json.dumps(given).encode(),
        capture_output=True,
        cwd=places.CHECKOUT,
        timeout=_PATIENCE,
    )
    assert finished.returncode == 0, finished.stderr.decode()
    return json.loads(finished.stdout)
