import pytest

from campaigns.coverage import agreement, coverage, own_codes
from campaigns.technique_chart import technique_chart
from campaigns.techniques import GROUPS, TECHNIQUES, in_order
from tests.lint_packs import PACK, daily, with_core


def codes(**found: set[str]) -> dict[str, frozenset[str]]:
    return {key: frozenset(each) for key, each in found.items()}


def test_vocabulary_has_the_93_codes_of_16_groups() -> None:
    assert len(TECHNIQUES) == 93
    assert {technique.group for technique in TECHNIQUES.values()} == set(GROUPS)
    assert all(each.label and each.gloss.endswith(".") for each in TECHNIQUES.values())


def test_codes_stand_in_the_order_of_the_taxonomy() -> None:
    assert in_order({"10.4", "2.3", "10.11"}) == ["2.3", "10.4", "10.11"]


def test_coverage_counts_texts_of_each_stage_and_bank() -> None:
    core, path, bank = coverage(PACK, own_codes(PACK))

    assert [(each.title, each.texts, each.coded) for each in (core, path, bank)] == [
        ("Core", 2, 2),
        ("Path", 1, 1),
        ("Bank: Tips", 5, 0),
    ]
    assert [(technique.code, count) for technique, count in core.counts] == [
        ("1.9", 1),
        ("8.2", 1),
        ("12.4", 1),
        ("15.1", 1),
    ]


def test_text_with_two_techniques_of_a_group_counts_once_for_the_group() -> None:
    pack = with_core(*daily(2, tags=("1.1", "1.4")))

    assert coverage(pack, own_codes(pack))[0].groups == {1: 2}


def test_stage_leans_on_a_technique_in_most_of_its_texts() -> None:
    pack = with_core(*daily(5, tags=("1.1",)))

    leaning = coverage(pack, own_codes(pack))[0].leans_on

    assert leaning is TECHNIQUES["1.1"]
    assert coverage(PACK, own_codes(PACK))[0].leans_on is None


def test_coders_who_agree_have_kappa_one() -> None:
    same = codes(a={"1.1"}, b={"8.2"})

    found = agreement(same, dict(same))

    assert found is not None
    assert (found.texts, found.share, found.kappa) == (2, 1.0, 1.0)


def test_kappa_takes_chance_away() -> None:
    """Four judgements, two alike; each says yes to half of them, so that half agree by chance."""
    found = agreement(codes(a={"1.1"}, b={"8.2"}), codes(a={"1.1"}, b={"1.1"}))

    assert found is not None
    assert found.share == pytest.approx(0.5)
    assert found.kappa == pytest.approx(0.0)


def test_coders_without_a_text_in_common_are_not_compared() -> None:
    assert agreement(codes(a={"1.1"}), codes(b={"1.1"})) is None


def test_chart_has_a_square_for_each_stage_and_group_in_use() -> None:
    parts = coverage(PACK, own_codes(PACK))

    chart = technique_chart(parts)

    assert [number for number, _ in chart.columns] == [1, 8, 12, 13, 15]
    assert "Core, Goals and planning: 1 of 2 texts" in [cell.title for cell in chart.cells]
    assert len(chart.cells) == sum(len(part.groups) for part in parts)
