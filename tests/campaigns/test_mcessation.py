"""The shipped mCessation pack counted against the table of its README: stages, texts, segments."""

from collections import Counter
from pathlib import Path

import pytest

from campaigns.pack import Pack, read_pack
from campaigns.wording import placeholders, worst_case

PACK = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"

STAGES = {
    "welcome": 4,
    "prepare_early": 7,
    "prepare_late": 12,
    "eve": 3,
    "quit_day": 5,
    "days_1_3": 12,
    "days_4_7": 12,
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


def test_stages_hold_the_55_scheduled_texts(pack: Pack) -> None:
    counted = {
        stage.key: sum(1 for step in stage.steps if not step.question)
        for stage in pack.stages
        if stage.track == "core"
    }

    assert counted == STAGES
    assert sum(counted.values()) == 55


def test_slip_path_has_four_texts_in_48_hours(pack: Pack) -> None:
    (stage,) = (stage for stage in pack.stages if stage.track == "slip")

    assert len(stage.steps) == 4
    assert all((step.after_minutes or 0) <= 48 * 60 for step in stage.steps)


def test_banks_hold_20_and_12(pack: Pack) -> None:
    assert {bank.key: len(bank.texts) for bank in pack.banks} == {"crave": 20, "slip": 12}


def test_assessments_fall_on_their_days(pack: Pack) -> None:
    asked = sorted(
        (step.question, step.day) for stage in pack.stages for step in stage.steps if step.question
    )

    assert asked == [
        ("craving", 1),
        ("craving", 3),
        ("craving", 5),
        ("mood", 4),
        ("plan_made", -3),
        ("smoked", 0),
        ("smoked", 2),
        ("smoked", 7),
    ]


def test_every_text_fits_one_gsm7_segment_in_the_worst_case(pack: Pack) -> None:
    long = {
        key: worst_case(text)
        for texts in pack.texts.values()
        for key, text in texts.items()
        if worst_case(text).segments != 1 or worst_case(text).encoding != "gsm7"
    }

    assert long == {}


def test_a_day_holds_at_most_five_and_quit_day_six(pack: Pack) -> None:
    days = Counter(
        step.day for stage in pack.stages for step in stage.steps if stage.anchor == "quit_date"
    )

    assert days.pop(0) == 6
    assert max(days.values()) <= 5


def test_every_stage_is_tagged_and_none_leans_on_one_technique(pack: Pack) -> None:
    for stage in pack.stages:
        tags = Counter(tag for step in stage.steps if not step.question for tag in step.tags)
        texts = sum(1 for step in stage.steps if not step.question)
        assert tags, stage.key
        if texts > 4:
            assert max(tags.values()) <= 0.4 * texts, stage.key
    techniques = {tag for stage in pack.stages for step in stage.steps for tag in step.tags}
    assert len(techniques) >= 8


def test_no_number_stands_in_a_text(pack: Pack) -> None:
    """Phone numbers come from country variables; a year or a count is fine."""
    for texts in pack.texts.values():
        for text in texts.values():
            digits = [word for word in text.split() if sum(c.isdigit() for c in word) > 4]
            assert digits == []


def test_stop_is_named_first_and_every_few_texts(pack: Pack) -> None:
    english = pack.texts["en"]
    scheduled = [
        step.key
        for stage in pack.stages
        for step in stage.steps
        if not step.question and stage.track == "core"
    ]

    assert "STOP" in english["question.uses_tobacco"]
    assert "STOP" in english["system.help"]
    assert sum("STOP" in english[key] for key in scheduled) >= 6
    assert "programme" in placeholders(english["question.uses_tobacco"])
