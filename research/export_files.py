"""Where bundles lie until they are fetched: a folder that every process which makes or hands out
bundles sees. Names are drawn, and lead nowhere without a row."""

import shutil
import time
from collections.abc import Set
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from django.conf import settings

_PRIVATE = 0o700
_HOUR = 3600


def folder() -> Path:
    found = Path(settings.EXPORT_DIR)
    found.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
    return found


def working_folder(export_id: int) -> Path:
    """Empty: what another worker left in it is of another moment."""
    found = folder() / f"{export_id}.work"
    shutil.rmtree(found, ignore_errors=True)
    found.mkdir(mode=_PRIVATE)
    return found


def new_name() -> str:
    return f"{token_hex(16)}.zip"


def path_of(name: str) -> Path:
    return folder() / Path(name).name


def opened(name: str) -> BinaryIO:
    """Raises FileNotFoundError."""
    return path_of(name).open("rb")


def remove(name: str) -> None:
    path_of(name).unlink(missing_ok=True)


def sweep(*, keep: Set[str], working: Set[int]) -> None:
    """Takes away what no row knows: `keep` are files, `working` exports that a worker has."""
    for path in folder().iterdir():
        if not _is_old(path):
            continue
        if path.suffix == ".work" and path.stem.isdigit() and int(path.stem) not in working:
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix == ".zip" and path.name not in keep:
            path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    """A worker has its folder and its file before the rows that were asked for tell so."""
    return time.time() - path.stat().st_mtime > _HOUR
