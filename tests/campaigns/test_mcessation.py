"""The shipped mCessation pack counted against the table of its README: stages, texts, segments."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from campaigns.pack import Pack, read_pack
from campaigns.wording import placeholders, worst_case

PACK = Path(__file__).resolve().parents[2] / "curricula" / "mcessation"

#: How many texts each stage was planned with.
SCHEDULED = {
    "welcome": 4,
    "prepare_early": 7,
    "prepare_late": 12,
    "eve": 3,
    "quit_day": 5,
    "days_1_3": 12,
    "days_4_7": 12,
    "week_2": 14,
    "weeks_3_4": 28,
    "weeks_5_6": 14,
    "maintain": 21,
    "long_tail": 13,
}
BRANCHES = {
    "after_slip": 4,
    "relapse": 6,
    "not_ready": 16,
    "essentials": 4,
    "medication": 8,
    "weight": 6,
    "alcohol": 6,
    "sleep": 5,
    "silence": 6,
}
BANKS = {
    "crave": 20,
    "slip": 12,
    "mood": 15,
    "tip": 15,
    "why": 5,
    "stats": 4,
    "fact": 10,
    "meds": 10,
    "game": 15,
}
#: Beside those of the domain table: planned only, each with the way out.
STEADY = {"steady": 12}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


def texts_of(pack: Pack, profile: str, stages: Iterable[str]) -> Counter[str]:
    """Planned texts by stage at one dose, questions left out."""
    return Counter(
        {
            stage.key: sum(
                step.times
                for step in stage.steps
                if not step.question
                and profile in (step.profiles or stage.profiles or pack.profiles)
            )
            for stage in pack.stages
            if stage.key in stages
        }
    )


def test_the_standard_dose_holds_the_145_scheduled_texts(pack: Pack) -> None:
    counted = texts_of(pack, "standard", SCHEDULED)

    assert counted == SCHEDULED
    assert counted.total() == 145


def test_the_light_dose_holds_60_of_them(pack: Pack) -> None:
    assert texts_of(pack, "light", SCHEDULED).total() == 60


def test_the_high_dose_has_five_a_day_for_five_weeks_then_three_a_week(pack: Pack) -> None:
    days = Counter(
        step.day
        for stage in pack.stages
        for step in stage.steps
        if stage.anchor == "quit_date"
        and not step.question
        and "high" in (step.profiles or stage.profiles or pack.profiles)
    )
    from_quit_day = {day: texts for day, texts in days.items() if day is not None and day >= 0}

    assert sum(texts for day, texts in from_quit_day.items() if day < 35) == 35 * 5
    assert sum(from_quit_day.values()) == 253
    assert max(from_quit_day) < 35 + 26 * 7


def test_the_fixed_dose_has_two_a_day_for_ninety_days(pack: Pack) -> None:
    (stage,) = (stage for stage in pack.stages if stage.key == "fixed")
    days = Counter(
        (step.day or 0) + turn * (step.every_days or 0)
        for step in stage.steps
        for turn in range(step.times)
    )

    assert days == Counter(dict.fromkeys(range(90), 2))


def test_branches_and_modules_hold_their_texts(pack: Pack) -> None:
    assert texts_of(pack, "standard", BRANCHES) == BRANCHES


def test_slip_path_has_four_texts_in_48_hours(pack: Pack) -> None:
    (stage,) = (stage for stage in pack.stages if stage.track == "slip")

    assert all((step.after_minutes or 0) <= 48 * 60 for step in stage.steps)


def test_banks_hold_106_texts(pack: Pack) -> None:
    held = {bank.key: len(bank.texts) for bank in pack.banks}

    assert held == {**BANKS, **STEADY}
    assert sum(BANKS.values()) == 106


def test_assessments_fall_on_their_days(pack: Pack) -> None:
    """As planned, from the quit date."""
    days: dict[str, list[int | None]] = {}
    for stage in pack.stages:
        for step in stage.steps:
            if step.question and stage.anchor == "quit_date":
                days.setdefault(step.question, []).append(step.day)

    assert days["smoked"] == [0, 2, 7, 14, 21, 28, 35, 42]
    assert days["craving"] == [1, 3, 5, 10, 20]
    assert days["mood"] == [4, 9, 12, 24]
    assert days["use7"] == [30, 91, 182]
    assert days["plan_made"] == [-3]


def test_every_text_fits_one_gsm7_segment_in_the_worst_case(pack: Pack) -> None:
    long = {
        key: worst_case(text)
        for texts in pack.texts.values()
        for key, text in texts.items()
        if worst_case(text).segments != 1 or worst_case(text).encoding != "gsm7"
    }

    assert long == {}


def test_every_stage_is_tagged_and_none_leans_on_one_technique(pack: Pack) -> None:
    for stage in pack.stages:
        if all(step.bank or step.question for step in stage.steps):
            continue
        tags = Counter(tag for step in stage.steps if not step.question for tag in step.tags)
        texts = sum(1 for step in stage.steps if not step.question)
        assert tags, stage.key
        if texts > 4:
            assert max(tags.values()) <= 0.4 * texts, stage.key
    techniques = {tag for stage in pack.stages for step in stage.steps for tag in step.tags}
    assert len(techniques) >= 8


@pytest.mark.parametrize(
    ("overlay", "when"),
    [("pregnant", "pregnant = 'yes'"), ("tb", "tb = 'yes'"), ("teen", "age < 20")],
)
def test_an_overlay_has_enough_words_to_matter(pack: Pack, overlay: str, when: str) -> None:
    said = [
        step.key
        for stage in pack.stages
        for step in stage.steps
        for variant in step.variants
        if (variant.name, variant.when) == (overlay, when)
    ]

    assert 25 <= len(said) <= 35


def test_a_pregnancy_is_not_spoken_of_for_long(pack: Pack) -> None:
    """It may end, and nobody may think of texting BABY."""
    days = [
        step.day
        for stage in pack.stages
        for step in stage.steps
        if stage.anchor == "quit_date" and any(each.name == "pregnant" for each in step.variants)
    ]

    assert days
    assert max(day for day in days if day is not None) <= 28


def test_a_pregnancy_is_taken_back_without_writing_of_a_baby(pack: Pack) -> None:
    """By a word that says neither what was nor why; the thanks for the first answer name it."""
    (keyword,) = (each for each in pack.keywords if each.question == "pregnant")

    for language, word in (("en", "ABOUTME"), ("nb", "OMMEG"), ("nn", "OMMEG")):
        assert word in keyword.words[language]
        for key in ("reply.pregnant.yes", "reply.pregnant.yes~discreet"):
            assert word in pack.texts[language][key]


def test_whoever_stopped_before_joining_is_asked_the_age_too(pack: Pack) -> None:
    (already,) = (question for question in pack.questions if question.key == "already_quit")

    assert already.outcomes["yes"].next == "age"
    assert pack.onboarding[1:3] == ("uses_tobacco", "age")


def test_what_can_wait_is_asked_after_joining_twice_at_most(pack: Pack) -> None:
    asked = Counter(step.question for stage in pack.stages for step in stage.steps)

    assert not {"pregnant", "study", "calls", "tb"} & set(pack.onboarding)
    assert (asked["pregnant"], asked["study"], asked["calls"], asked["tb"]) == (2, 2, 2, 0)


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
        if not step.question and not step.bank and stage.key in SCHEDULED
    ]

    assert "STOP" in english["question.uses_tobacco"]
    assert "STOP" in english["system.help"]
    assert sum("STOP" in english[key] for key in scheduled) >= 145 // 8
    assert "programme" in placeholders(english["question.uses_tobacco"])
