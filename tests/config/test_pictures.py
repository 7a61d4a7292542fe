"""Every picture the documents show is made by a browser test, and stands in the repository."""

import re

from tests.e2e.looks import PICTURES, ROOT

_SHOWN = re.compile(r"images/([\w-]+)\.png")
_MADE = re.compile(r"keep_picture\(\w+, \"([\w-]+)\"\)")


def named(pattern: re.Pattern[str], *places: str) -> set[str]:
    files = (file for place in places for file in ROOT.glob(place))
    return {name for file in files for name in pattern.findall(file.read_text(encoding="utf-8"))}


def test_pictures_of_the_documents_are_made_by_tests() -> None:
    shown, made = named(_SHOWN, "README.md", "docs/**/*.md"), named(_MADE, "tests/e2e/test_*.py")

    assert "start" in shown
    assert shown == made
    assert {file.stem for file in PICTURES.glob("*")} == shown


def test_every_step_of_the_first_day_has_its_picture() -> None:
    guide = (ROOT / "docs" / "manager-guide.md").read_text(encoding="utf-8")
    first_day = guide.partition("## Your first day")[2].partition("\n## ")[0]
    steps = re.split(r"\n(?=\d+\. )", first_day)[1:]

    assert len(steps) >= 7
    assert [step.splitlines()[0] for step in steps if not _SHOWN.search(step)] == []
