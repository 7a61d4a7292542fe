"""Other words for some people, without a copy of the pack."""

from pathlib import Path

import pytest

from campaigns.pack import read_pack
from campaigns.pack_files import dump
from campaigns.pack_values import PackVariant
from tests.campaigns.test_pack import folder, problems, spoil

__all__ = ["folder"]

LANGUAGES = ("en", "nb", "nn")
_TEEN = """
    early.03: "Looking forward to breathing easier at practice, {{ first_name }}?"
    late.03: "Plan the walk home from school: which way has no smokers on it?"
"""
_BUSY = """
    early.03: "Twenty a day is hard work. Soon your lungs get some time off."
"""


def overlay(name: str, when: str, texts: str) -> str:
    """The same words in every language: whether they are translated is no matter here."""
    said = "".join(f"  {language}:{texts}" for language in LANGUAGES)
    return f'\nname: {name}\nwhen: "{when}"\ntexts:\n{said}'


TEEN = overlay("teen", "answer.best_time = 'evening'", _TEEN)
BUSY = overlay("busy", "per_day > 20", _BUSY)


#: The line of campaign.yaml that names the shipped ones.
SHIPPED = "overlays: [pregnant, tb, teen]\n"


@pytest.fixture
def overlaid(folder: Path) -> Path:
    spoil(folder, "campaign.yaml", SHIPPED, "overlays: [teen, busy]\n")
    (folder / "overlay.teen.yaml").write_text(TEEN)
    (folder / "overlay.busy.yaml").write_text(BUSY)
    return folder


def test_overlays_words_become_variants_before_the_steps_own(overlaid: Path) -> None:
    pack = read_pack(overlaid)

    (early,) = (step for stage in pack.stages for step in stage.steps if step.key == "early.03")
    assert early.variants[:2] == (
        PackVariant("teen", "answer.best_time = 'evening'"),
        PackVariant("busy", "per_day > 20"),
    )
    assert [variant.name for variant in early.variants[2:]] == ["vape", "smokeless"]
    assert pack.texts["en"]["late.03@teen"].startswith("Plan the walk home")


def test_discreet_words_of_an_overlay_are_those_of_the_variant(overlaid: Path) -> None:
    hidden = '    late.03~discreet: "="\n    early.03~discreet: "Something to look forward to."\n'
    words = overlay("teen", "answer.best_time = 'evening'", _TEEN + hidden)
    (overlaid / "overlay.teen.yaml").write_text(words)

    pack = read_pack(overlaid)

    assert pack.texts["nb"]["late.03@teen~discreet"] == "="
    assert pack.texts["en"]["early.03@teen~discreet"] == "Something to look forward to."
    assert "late.03@teen" in pack.texts["en"]


def test_what_an_overlay_does_not_name_stays_as_it_is(overlaid: Path) -> None:
    pack = read_pack(overlaid)
    spoil(overlaid, "campaign.yaml", "overlays: [teen, busy]\n", "")
    base = read_pack(overlaid)

    untouched = {step for stage in base.stages for step in stage.steps}
    changed = [
        step.key for stage in pack.stages for step in stage.steps if step not in untouched
    ]  # fmt: skip
    assert changed == ["early.03", "late.03"]


def test_overlaid_pack_is_written_and_read_as_a_plain_one(overlaid: Path, tmp_path: Path) -> None:
    pack = read_pack(overlaid)

    dump(pack, tmp_path / "again")

    assert read_pack(tmp_path / "again") == pack


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("late.03:", "late.99:", "overlay.teen.yaml:7: no step is called 'late.99'"),
        ("  en:", "  fr:", "fr is not among the pack's languages"),
        ("name: teen", "name: young", "overlay.teen.yaml:2: name must be teen"),
        ("answer.best_time", "answer.best_tim", "best_time"),
        ('"Plan the walk', '"Plan the \u2013 walk', "overlay.teen.yaml:7: late.03@teen"),
        ("early.03", "boost.022", "a step that sends from a bank"),
    ],
)
def test_overlay_with_a_fault_is_refused_where_it_stands(
    overlaid: Path, old: str, new: str, said: str
) -> None:
    spoil(overlaid, "overlay.teen.yaml", old, new)

    assert any(said in problem for problem in problems(overlaid))


def test_overlay_that_is_not_there_is_a_problem(overlaid: Path) -> None:
    (overlaid / "overlay.busy.yaml").unlink()

    assert "overlay.busy.yaml:1: the file is missing" in problems(overlaid)
