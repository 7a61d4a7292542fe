"""Who has read a language as a native: said by the pack, and kept in all its forms."""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns import loading
from campaigns.diff import diff
from campaigns.pack import read_pack
from campaigns.pack_files import dump
from campaigns.pack_languages import in_languages
from campaigns.pack_marks import Node, Problems
from campaigns.pack_values import Pack, PackReader
from campaigns.translation import Translation, translated
from campaigns.unloading import as_pack
from tests import worlds
from tests.workbooks import starter

CURRICULA = Path(__file__).resolve().parents[2] / "curricula"
KARI = PackReader("Kari Eksempel, for the board", "2026-11-02")


def read_by_kari() -> Pack:
    return replace(starter(), native_readers={"nb": KARI})


@pytest.mark.parametrize("curriculum", ["mcessation", "mdiabetes", "mwellness", "starter"])
def test_no_shipped_language_was_read_by_a_native_reader(curriculum: str) -> None:
    assert read_pack(CURRICULA / curriculum).native_readers == {}


@pytest.mark.parametrize("unread", ["no", '"no"', ""])
def test_no_with_or_without_quotes_is_no(tmp_path: Path, unread: str) -> None:
    dump(read_by_kari(), tmp_path)
    file = tmp_path / "campaign.yaml"
    written = file.read_text(encoding="utf-8")
    assert "  en: 'no'\n" in written
    file.write_text(written.replace("  en: 'no'\n", f"  en: {unread}\n" if unread else ""))

    assert read_pack(tmp_path).native_readers == {"nb": KARI}


def test_files_written_and_read_again_name_the_same_reader(tmp_path: Path) -> None:
    dump(read_by_kari(), tmp_path)

    assert read_pack(tmp_path) == read_by_kari()


@pytest.mark.django_db
def test_version_keeps_them() -> None:
    version = loading.load(pack=read_by_kari(), campaign=worlds.campaign(), author=None)

    version.refresh_from_db()
    assert as_pack(version) == read_by_kari()


def test_language_left_out_takes_its_reader_with_it() -> None:
    assert in_languages(read_by_kari(), ["en"]).native_readers == {}
    assert in_languages(read_by_kari(), ["en", "nb"]).native_readers == {"nb": KARI}


def test_new_reader_is_told_as_a_change() -> None:
    told = [change.sentence for change in diff(starter(), read_by_kari())]

    assert len(told) == 1
    assert "Kari Eksempel" in told[0]


@pytest.mark.parametrize(("said", "readers"), [("Hei, og takk.", {}), ("", {"nb": KARI})])
def test_translation_that_changes_a_language_makes_it_unread(
    said: str, readers: dict[str, PackReader]
) -> None:
    cell = Node("Translation", 2, said or None, "nb")
    translation = Translation("nb", {"welcome.1": cell})

    assert translated(read_by_kari(), translation, Problems()).native_readers == readers
