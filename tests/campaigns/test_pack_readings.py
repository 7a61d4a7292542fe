"""Readings, reminders and scales of a pack: what is refused, and the way to rows and back."""

import shutil
from pathlib import Path

import pytest

from campaigns.compiling import compile_version
from campaigns.loading import load
from campaigns.pack import PackRefused, read_pack
from campaigns.pack_files import dump
from campaigns.unloading import as_pack
from tests import worlds

SUGAR = Path(__file__).parents[1] / "packs" / "sugar"


def problems(tmp_path: Path, file: str, old: str, new: str) -> list[str]:
    folder = tmp_path / "pack"
    shutil.copytree(SUGAR, folder)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(PackRefused) as refused:
        read_pack(folder)
    return [str(problem) for problem in refused.value.problems]


def test_dump_then_read_gives_the_same_pack(tmp_path: Path) -> None:
    pack = read_pack(SUGAR)

    dump(pack, tmp_path)

    assert read_pack(tmp_path) == pack


@pytest.mark.django_db
def test_loaded_and_unloaded_pack_is_the_same() -> None:
    pack = read_pack(SUGAR)

    version = load(pack=pack, campaign=worlds.campaign(), author=None)

    version.refresh_from_db()
    assert as_pack(version) == pack


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "unit"), [("GB", "mmol/L"), ("US", "mg/dL")])
def test_a_bare_number_is_in_the_country_s_unit(country: str, unit: str) -> None:
    campaign = worlds.campaign()
    campaign.country = country
    campaign.save()
    version = load(pack=read_pack(SUGAR), campaign=campaign, author=None)

    assert compile_version(version).questions["sugar"].unit == unit


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("measure: glucose", "measure: mood", "measure is 'mood'; it must be one of"),
        ("measure: glucose", "measure: glucose\n  unit: mol", "glucose has no unit 'mol'"),
        ("measure: glucose", "measure: glucose\n  range: {from: 1}", "its range from the measure"),
        ("    - {reply: sugar.fine}\n", "", "the last band, and only that, is without bounds"),
        ("{below: 4, reply: sugar.low, alarm", "{below: 4, alarm", "an alarm band needs a reply"),
        ("{below: 4,", "{from: 4, below: 4,", "a band's from lies below its below"),
        ("{below: 4,", "{below: 4, second_below: 3,", "for a measure of two numbers"),
        ("reminder_hours: 3", "reminder_hours: 24", "after the question has expired"),
        ("reminder_hours: 3", "reminder_hours: 96", "reminder_hours is at most 72"),
        ("alarm: true", "alarm: often", "alarm must be true or false"),
        (
            "type: number\n",
            "type: number\n  bands: [{reply: sugar.fine}]\n",
            "a number question has no measure and no bands",
        ),
    ],
)
def test_reading_with_a_mistake_is_refused(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert any(problem in line for line in problems(tmp_path, "questions.yaml", old, new))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("question: per_day", "question: perday", "no question is called 'perday'"),
        ("{to: 20, points: 1}", "{to: 9, points: 1}", "each band's to must lie above"),
        (", later: 0}", "}", "needs points for each of its choices"),
        ("question: first_use", "question: sugar", "sugar is no choice"),
        ("{to: 1, name: low}", "{name: low}", "each band's to must lie above"),
        ("parts:", "parts: []\n    more:", "unknown key 'more'"),
    ],
)
def test_scale_with_a_mistake_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert any(problem in line for line in problems(tmp_path, "campaign.yaml", old, new))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("question: sugar, words", "words", "no question is called ''"),
        ("question: sugar", "question: per_day", "per_day is no question of type reading"),
    ],
)
def test_reading_word_with_a_mistake_is_refused(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert any(problem in line for line in problems(tmp_path, "keywords.yaml", old, new))


def test_band_of_a_scale_that_is_none_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, "stages.yaml", "= 'high'", "= 'huge'")

    assert any("'huge' is not among the choices of scale.hsi.band" in line for line in found)


def test_text_of_an_alarm_must_be_there(tmp_path: Path) -> None:
    found = problems(tmp_path, "texts.en.yaml", "  sugar.low: ", "  sugar.lower: ")

    assert any("text sugar.low is missing" in line for line in found)


def test_a_word_for_a_reading_is_never_answered_with_silence(tmp_path: Path) -> None:
    found = problems(tmp_path, "texts.en.yaml", "  reply.steps: ", "  reply.stride: ")

    assert any("text reply.steps is missing" in line for line in found)
