from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns import loading
from campaigns.models import CampaignVersion
from campaigns.pack import read_pack
from campaigns.unloading import as_pack
from tests import worlds
from tests.workbooks import opened, row_of, starter, workbook
from trust.models import User

pytestmark = pytest.mark.django_db


def export(*args: str) -> str:
    said = StringIO()
    call_command("export_workbook", *args, stdout=said)
    return said.getvalue()


def load(file: Path, *args: str) -> str:
    said = StringIO()
    call_command("load_workbook", str(file), "--campaign", "quit", *args, stdout=said)
    return said.getvalue()


def test_version_goes_out_and_comes_in_again(tmp_path: Path) -> None:
    version = loading.load(pack=starter(), campaign=worlds.campaign(), author=None)
    out = tmp_path / "quit.xlsx"

    assert "quit.xlsx holds Quit v1" in export("quit", str(out))
    said = load(out)

    assert "Quit v2 is a draft now: 1 stage, 1 step, 0 questions, 60 texts in en, nb" in said
    assert as_pack(CampaignVersion.objects.get(number=2)) == as_pack(version)


def test_version_goes_out_as_a_pack(tmp_path: Path) -> None:
    loading.load(pack=starter(), campaign=worlds.campaign(), author=None)

    export("quit", str(tmp_path / "pack"))

    assert read_pack(tmp_path / "pack") == starter()


def test_campaign_without_a_version_begins_with_what_every_one_needs(tmp_path: Path) -> None:
    worlds.campaign()

    assert "holds a new campaign" in export(
        "quit", str(tmp_path / "new.xlsx"), "--languages", "nb, en"
    )
    assert "60 texts in en, nb" in load(tmp_path / "new.xlsx")


@pytest.mark.parametrize("name", ["nb.po", "nb.xlsx"])
def test_translation_goes_out_and_its_dry_run_changes_nothing(name: str, tmp_path: Path) -> None:
    loading.load(pack=starter(), campaign=worlds.campaign(), author=None)

    assert "for nb" in export("quit", str(tmp_path / name), "--language", "nb")
    assert "Nothing was changed." in load(tmp_path / name, "--dry-run")
    assert CampaignVersion.objects.count() == 1


def test_dry_run_says_what_would_change(tmp_path: Path) -> None:
    loading.load(pack=starter(), campaign=worlds.campaign(), author=None)
    number = row_of(opened(workbook())["Texts"], "welcome.1")
    file = tmp_path / "new.xlsx"
    file.write_bytes(workbook({("Texts", f"B{number}"): "Hello."}))

    assert 'becomes "Hello."' in load(file, "--dry-run")
    assert CampaignVersion.objects.count() == 1


def test_mistakes_are_listed_and_nothing_changes(tmp_path: Path) -> None:
    worlds.campaign()
    said = StringIO()
    file = tmp_path / "wrong.xlsx"
    file.write_bytes(workbook({("Stages", "D2"): "cor"}))

    with pytest.raises(CommandError, match="1 thing to put right; nothing was changed"):
        call_command("load_workbook", str(file), "--campaign", "quit", stdout=said)

    assert said.getvalue().startswith("sheet Stages, row 2, column track: track is 'cor'; it must")
    assert not CampaignVersion.objects.exists()


def test_author_is_kept_with_the_draft(tmp_path: Path) -> None:
    worlds.campaign()
    User.objects.create(email="ann@clinic.example", organisation=worlds.organisation())
    file = tmp_path / "new.xlsx"
    file.write_bytes(workbook())

    load(file, "--author", "ann@clinic.example")

    assert CampaignVersion.objects.get().author == User.objects.get(email="ann@clinic.example")


def test_commands_refuse_in_words(tmp_path: Path) -> None:
    loading.load(pack=starter(), campaign=worlds.campaign(), author=None)
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"PK")

    with pytest.raises(CommandError, match=r"or it is damaged\. Nothing was changed"):
        load(file)
    with pytest.raises(CommandError, match="can't be read"):
        load(tmp_path / "none.xlsx")
    with pytest.raises(CommandError, match="No user has the email"):
        load(file, "--author", "nobody@clinic.example")
    with pytest.raises(CommandError, match="Known: quit"):
        call_command("load_workbook", str(file), "--campaign", "none")
    with pytest.raises(CommandError, match="Known: quit"):
        export("none", str(file))
    with pytest.raises(CommandError, match="no version 7"):
        export("quit", str(file), "--number", "7")
    with pytest.raises(CommandError, match="name it with --language"):
        export("quit", str(tmp_path / "x.po"))
    with pytest.raises(CommandError, match="translated from"):
        export("quit", str(tmp_path / "x.po"), "--language", "en")
