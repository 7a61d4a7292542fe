import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns.pack import read_pack
from campaigns.pack_files import dump
from tests import worlds

SUGAR = Path(__file__).resolve().parents[1] / "packs" / "sugar"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dump(read_pack(SUGAR), tmp_path / "sugar")
    return tmp_path / "sugar"


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("lint_campaign", *arguments, stdout=said)
    return said.getvalue()


def spoil(folder: Path, old: str, new: str) -> None:
    path = folder / "texts.en.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_folder_without_errors_passes(folder: Path) -> None:
    said = run(str(folder))

    assert said.splitlines()[-1].startswith("0 errors, ")


def test_error_fails_the_command_and_is_named_with_its_line(folder: Path) -> None:
    spoil(folder, "system.stopped: ", "system.stopped: See www.example.org. ")
    said = StringIO()

    with pytest.raises(CommandError, match="error or worse"):
        call_command("lint_campaign", str(folder), stdout=said)

    assert "web_address" in said.getvalue()
    assert "texts.en.yaml:" in said.getvalue()


def test_mildest_severity_that_fails_can_be_chosen(folder: Path) -> None:
    with pytest.raises(CommandError, match="hint or worse"):
        run(str(folder), "--fail-on", "hint")


def test_folder_that_can_not_be_read_is_reported_as_findings(folder: Path) -> None:
    (folder / "banks.yaml").unlink()
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("lint_campaign", str(folder), "--json", stdout=said)

    finding = json.loads(said.getvalue().splitlines()[0])
    assert (finding["rule"], finding["place"]["file"]) == ("pack", "banks.yaml")


def test_version_is_looked_at_with_its_campaigns_setting() -> None:
    worlds.version()
    worlds.sender().__class__.objects.update(address="QuitNow")
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("lint_campaign", "quit", stdout=said)

    assert "unanswerable" in said.getvalue()


def test_unknown_campaign_is_refused() -> None:
    with pytest.raises(CommandError, match="No one campaign"):
        run("nothing")
