"""Bundles written by tests, and looked into."""

import csv
from pathlib import Path
from typing import Any

from research.bundle.people import Scope
from research.bundle.writing import Made, Wanted, write
from tests import worlds
from tests.research import crowd

KEY = bytes(range(32))


def made(folder: Path, *, key: bytes = KEY, **more: Any) -> Made:
    campaign = worlds.campaign()
    wanted = Wanted(campaign, Scope(campaign.pk, key, crowd.NOW), **more)
    return write(wanted=wanted, folder=folder, told=lambda done, total: None)


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of it, by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
