"""Packs read, refused with every problem at once, and written back the same."""

import shutil
from pathlib import Path

import pytest

from campaigns.pack import PackRefused, read_pack
from campaigns.pack_files import dump

MCESSATION = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped pack to spoil."""
    copy = tmp_path / "pack"
    shutil.copytree(MCESSATION, copy)
    return copy


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def problems(folder: Path) -> list[str]:
    with pytest.raises(PackRefused) as refused:
        read_pack(folder)
    return [str(problem) for problem in refused.value.problems]


def test_shipped_pack_has_no_problems() -> None:
    assert read_pack(MCESSATION).key == "mcessation"


@pytest.mark.parametrize("curriculum", ["mcessation", "mdiabetes", "mwellness"])
def test_dump_then_read_gives_the_same_pack(curriculum: str, tmp_path: Path) -> None:
    pack = read_pack(MCESSATION.parent / curriculum)

    dump(pack, tmp_path / "again")

    assert read_pack(tmp_path / "again") == pack


def test_all_problems_are_named_at_once_with_file_and_line(folder: Path) -> None:
    spoil(folder, "stages.yaml", "slot: best", "slot: bset")
    spoil(folder, "stages.yaml", "question: plan_made", "question: plan_mad")
    spoil(folder, "texts.en.yaml", "{{ quit_date }}", "{{ quitdate }}")

    found = problems(folder)

    assert len(found) >= 3
    assert any(
        line.startswith("stages.yaml:") and "no slot is called 'bset'; did you mean 'best'" in line
        for line in found
    )
    assert any("did you mean 'plan_made'" in line for line in found)
    assert any("no placeholder is called 'quitdate'" in line for line in found)
    for line in found:
        file, number, _ = line.split(":", 2)
        assert (folder / file).exists()
        assert int(number) >= 1


def test_problem_names_the_very_line(folder: Path) -> None:
    spoil(folder, "stages.yaml", "slot: best", "slot: bset")
    number = 1 + next(
        place
        for place, line in enumerate((folder / "stages.yaml").read_text().splitlines())
        if "bset" in line
    )

    assert any(line.startswith(f"stages.yaml:{number}:") for line in problems(folder))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("campaign.yaml", "format: 1", "format: 2", "format must be 1"),
        ("campaign.yaml", 'start: "08:00", end: "20:30"', 'start: "20:30", end: "08:00"', "start"),
        ("campaign.yaml", "default_slot: morning", "default_slot: noon", "no slot is called"),
        ("campaign.yaml", "[en, nb", "[en, fr, nb", "texts.fr.yaml:1: the file is"),
        ("campaign.yaml", "key: mcessation", "kee: mcessation", "did you mean 'key'"),
        ("stages.yaml", "anchor: quit_date", "anchor: quitdate", "did you mean 'quit_date'"),
        ("stages.yaml", "late: next_window", "late: sometime", "must be one of"),
        ("stages.yaml", "after_minutes: 1,", "after_minutes: soon,", "must be a whole number"),
        ("stages.yaml", 'tags: ["9.1"]', 'tags: ["nine"]', "not a BCTTv1 code"),
        ("stages.yaml", "key: welcome.02", "key: welcome.01", "stands here twice"),
        ("banks.yaml", "key: crave.02", "key: crave.01", "stands here twice"),
        ("keywords.yaml", "CRAVING", "STOOP", "too near STOP"),
        ("keywords.yaml", "CRAVING", "JOIN", "already does something else"),
        ("keywords.yaml", "bank: crave", "bank: craev", "did you mean 'crave'"),
        ("questions.yaml", "then: ineligible", "then: vanish", "must be one of"),
        ("questions.yaml", "number: 2", "number: 1", "its own number"),
        ("texts.en.yaml", "early.01:", "early.99:", "text early.01 is missing"),
        ("texts.en.yaml", "One week today", "One week today \u2014", "not in GSM-7"),
        ("texts.en.yaml", "One week today", "x" * 161, "segments"),
        ("texts.en.yaml", "{{ first_name }}", "{{ first_name }", "braces"),
        ("texts.en.yaml", 'first_name: "friend"', "first_name: null", "no short GSM-7 value"),
        ("texts.en.yaml", "language: en", "language: !!python/name:os.system x", "not allowed"),
        ("texts.en.yaml", "Which day will you stop", "On {{ quit_date }}", "before the quit date"),
        ("campaign.yaml", 'start: "08:00"', 'start: "8am"', "must be a time such as"),
        ("campaign.yaml", 'start: "08:00"', 'start: "08:00+01:00"', "must be a"),
        ("banks.yaml", 'tags: ["8.2"]', 'tags: ["8.9"]', "not a BCTTv1 code"),
        ("keywords.yaml", "CRAVING", "CRAVE", "stands here twice"),
        ("keywords.yaml", "bank: crave", "bank: crave\n  case: now", "case is 'now'"),
        ("keywords.yaml", "CRAVING", '"!!"', "no letter or digit"),
        ("keywords.yaml", "CRAVING", "HELP", "too near"),
        ("keywords.yaml", "CRAVING", "BAJA", "too near STOP"),
        ("keywords.yaml", "CRAVING", "\u0642\u0641", "too near STOP"),
        ("keywords.yaml", "CRAVING", "HALP", "too near HELP"),
        ("keywords.yaml", "CRAVING", "UNSTOP", "UNSTOP brings people back"),
        ("questions.yaml", "ENGLISH", "STOP", "would be heard as STOP"),
        ("questions.yaml", "attribute: first_name", "attribute: slot", "needs a question of type"),
        ("stages.yaml", "day: -14", "day: -99999", "must lie between"),
        ("stages.yaml", "shelf_hours: 24", "shelf_hours: 0", "at least 1"),
        ("stages.yaml", "name: Welcome", f"name: {'W' * 90}", "longer than 80"),
    ],
)
def test_each_fault_is_told_in_words(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    spoil(folder, file, old, new)

    assert any(said in line for line in problems(folder)), problems(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00binary",
        b"\tkey: tab",
        b"- just\n- a list",
        b"a: &x [1]\nb: *x\n",
        b"a: &a [*a]",
        b"? [1, 2]\n: 3",
        b"yes: 1\nyes: 2",
        b"[" * 5000,
        b"just words",
        b"key: 'open",
        b"key: 99999999999999999999999999",
    ],
)
@pytest.mark.parametrize("file", ["campaign.yaml", "stages.yaml", "texts.en.yaml"])
def test_nonsense_is_refused_without_a_traceback(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)

    assert problems(folder)


def test_values_nested_too_deeply_are_told_before_they_are_built(folder: Path) -> None:
    (folder / "campaign.yaml").write_text("key:\n  " + "[" * 60 + "]" * 60, encoding="utf-8")

    assert "campaign.yaml:2: values are nested too deeply" in problems(folder)


def test_missing_folder_names_every_missing_file(tmp_path: Path) -> None:
    found = problems(tmp_path / "nowhere")

    assert sum("the file is missing" in line for line in found) == 5
