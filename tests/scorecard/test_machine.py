"""What the machine tells of itself, and which commit a figure belongs to."""

import subprocess
from pathlib import Path

import pytest

from tests.scorecard import machine


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    keep(tmp_path, "code.py", "first")
    return tmp_path


def git(checkout: Path, *words: str) -> None:
    invented = ("-c", "user.name=Kari", "-c", "user.email=kari@example.org")
    subprocess.run(["git", *invented, *words], cwd=checkout, check=True)


def keep(checkout: Path, name: str, words: str) -> None:
    file = checkout / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(words)
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "--message", words)


def test_machine_has_neither_name_nor_place() -> None:
    here = machine.here()

    assert here.cores > 0
    assert here.postgresql[0].isdigit()
    assert "/" not in here.words


def test_commit_is_the_same_after_one_that_writes_about_the_code(checkout: Path) -> None:
    before = machine.commit(checkout)
    keep(checkout, "docs/scorecard.md", "what was seen")

    assert machine.commit(checkout) == before
    assert len(before) == 8


def test_commit_is_another_after_one_that_changes_the_code(checkout: Path) -> None:
    before = machine.commit(checkout)
    keep(checkout, "code.py", "second")

    assert machine.commit(checkout) != before


def test_commit_says_that_the_code_was_changed_beside_it(checkout: Path) -> None:
    (checkout / "docs").mkdir()
    (checkout / "docs" / "scorecard.md").write_text("being written")
    unchanged = machine.commit(checkout)
    (checkout / "new.py").write_text("third")

    assert " " not in unchanged
    assert machine.commit(checkout) == f"{unchanged} and changes"


def test_what_did_not_change_since_a_commit_is_known_by_its_paths(checkout: Path) -> None:
    since = machine.commit(checkout)
    keep(checkout, "proof.py", "another proof")

    assert machine.is_unchanged(since, ["code.py"], checkout)
    assert not machine.is_unchanged(since, ["code.py", "proof.py"], checkout)
    assert not machine.is_unchanged("0f0f0f0f", ["code.py"], checkout)
