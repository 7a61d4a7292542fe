"""The locked requirements: hashes for all, and no address of the machine that made them."""

import re
import tomllib
from typing import Any

import pytest

from config.places import CHECKOUT

LOCKS = ["base", "dev", "setup"]


def locked(name: str) -> str:
    return (CHECKOUT / "requirements" / f"{name}.txt").read_text()


def names(requirements: list[Any]) -> set[str]:
    plain = (re.split(r"[\[<>=;]", text)[0].strip().lower() for text in requirements)
    return {name.replace(".", "-") for name in plain}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_address_and_no_path(name: str) -> None:
    text = locked(name)

    assert not re.search(r"://|--(extra-)?index-url|--find-links|file:|(^|\s)/", text)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", locked(name)).strip())

    assert len(blocks) >= 1
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)


def test_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    asked = names(project["project"]["dependencies"])
    asked_for_work = names(project["dependency-groups"]["dev"])

    assert asked <= set(re.findall(r"(?m)^([a-z0-9.-]+)==", locked("base")))
    assert asked | asked_for_work <= set(re.findall(r"(?m)^([a-z0-9.-]+)==", locked("dev")))
