"""What can be held of the containers and the unit files where no engine is: whether they fit the
program and the page that tells how they are started."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from config import queues
from config.places import CHECKOUT
from tests.config.test_operators_page import names_read_in_settings

CONTAINER = CHECKOUT / "deploy" / "container"
CONTAINERFILE = (CONTAINER / "Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((CONTAINER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: part for name, part in SERVICES.items() if part["image"] == "sendwell"}
CONTAINERS_PAGE = (
    (CHECKOUT / "docs" / "operate.md")
    .read_text(encoding="utf-8")
    .partition("\n## Containers\n")[2]
    .partition("\n## ")[0]
)


def copied() -> set[str]:
    """What the image takes from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", CONTAINERFILE, re.MULTILINE)
    return {source for line in lines for source in line.split()[:-1]}


def consumed(command: str) -> set[str]:
    found = re.search(r"--queues[ =](\S+)", command)
    return set(found[1].split(",")) if found else set()


def test_everything_the_image_copies_is_there_and_nothing_else_is_sent_to_the_builder() -> None:
    ignored = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert all((CHECKOUT / source).exists() for source in copied())
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == copied()


def test_image_has_every_package_of_the_program_and_every_folder_its_settings_name() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(project["tool"]["importlinter"]["root_packages"])
    folders = [
        settings.CURRICULA_DIR,
        *settings.TEMPLATES[0]["DIRS"],
        *settings.STATICFILES_DIRS,
        *settings.LOCALE_PATHS,
    ]
    named = {Path(folder).relative_to(CHECKOUT).parts[0] for folder in folders}

    assert packages | named <= copied()


@pytest.mark.parametrize("name", OURS)
def test_part_is_given_each_secret_by_a_setting_that_is_read(name: str) -> None:
    by_file = {
        key: value for key, value in OURS[name]["environment"].items() if key.endswith("_FILE")
    }

    assert set(by_file.values()) == {f"/run/secrets/{secret}" for secret in OURS[name]["secrets"]}
    read = names_read_in_settings()
    assert [key for key in by_file if not {key, key.removesuffix("_FILE")} & read] == []


def test_each_secret_is_used_and_made_by_the_page() -> None:
    used = {secret for part in SERVICES.values() for secret in part.get("secrets", [])}
    files = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}

    assert set(COMPOSE["secrets"]) == used
    assert [name for name in files if name not in CONTAINERS_PAGE] == []


def test_every_queue_has_a_worker_in_the_compose_file_and_in_the_unit_files() -> None:
    composed = [consumed(" ".join(part.get("command", []))) for part in OURS.values()]
    units = [
        consumed(path.read_text(encoding="utf-8"))
        for path in (CHECKOUT / "deploy" / "systemd").glob("*.service")
    ]

    assert set().union(*composed) == set(queues.QUEUES)
    assert set().union(*units) == set(queues.QUEUES)
    # Long work never stands before a STOP.
    [before_a_stop] = [those for those in composed if "stop_inbound" in those]
    assert before_a_stop.isdisjoint({"bulk", "reports"})


@pytest.mark.parametrize("name", OURS)
def test_part_has_no_rights_and_writes_to_its_volume_alone(name: str) -> None:
    part = OURS[name]

    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert part["volumes"] == ["var:/var/lib/sendwell"]


def test_owner_of_the_tables_is_known_to_prepare_alone() -> None:
    assert [name for name, part in OURS.items() if "database_owner_url" in part["secrets"]] == [
        "prepare"
    ]
