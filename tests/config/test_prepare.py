"""A start that is refused says what to set, by one line."""

import os
import subprocess
import sys
from pathlib import Path

from config import places
from tests.config.test_settings import PRODUCTION


def prepared(var: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "config.prepare"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var), **environment},
        cwd=places.CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_prepare_without_a_secret_says_so_in_one_line(tmp_path: Path) -> None:
    environment = {**PRODUCTION, "SECRET_KEY": ""}

    done = prepared(tmp_path, environment)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("Set SECRET_KEY (or SECRET_KEY_FILE) ")


def test_prepare_without_a_database_says_so_and_keeps_its_password(tmp_path: Path) -> None:
    nobody = f"postgresql://sendwell:hunter2@/sendwell?host={tmp_path}"

    done = prepared(tmp_path, {**PRODUCTION, "DATABASE_URL": nobody})

    assert done.returncode == 1
    assert done.stderr.startswith("The database of DATABASE_URL cannot be reached: ")
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr
