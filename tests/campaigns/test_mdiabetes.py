"""The shipped mDiabetes pack counted against the table of its README, and held to its promises."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from campaigns.pack import Pack, read_pack
from campaigns.pack_values import PackStage, PackStep
from campaigns.rules import Priority
from campaigns.wording import placeholders, worst_case
from tests.sun import sunset

PACK = Path(__file__).resolve().parents[2] / "curricula" / "mdiabetes"

#: As many as were planned; the README names what is open.
TEXTS = {
    "welcome": 5,
    "prevent": 60,
    "live": 52,
    "medicine": 26,
    "insulin": 26,
    "checks": 13,
    "goal_food": 18,
    "goal_food_on": 18,
    "goal_move": 18,
    "goal_move_on": 18,
    "smoke": 6,
    "ramadan_prepare": 12,
    "ramadan_month": 30,
    "ramadan_after": 7,
}
REMINDERS = 20
GOALS = ("goal_food", "goal_food_on", "goal_move", "goal_move_on")
#: Twenty a group on the stage its people get; six more keep from the pregnant what does not fit.
VARIANTS = {
    "young": {"live": 20},
    "pregnant": {"live": 20, "prevent": 6},
    "carer": {"prevent": 20},
    "worker": {"prevent": 20},
}
BANKS = {"tip": 16, "food": 10, "move": 10, "foot": 8, "mood": 6, "low": 3, "sick": 3}
#: Stages of the usual weeks, and what each adds to one person's week at most.
USUAL_LIVE = ("live", "medicine", "insulin", "checks", "asks", "surveys")
USUAL_PREVENT = ("prevent", "asks", "surveys")
#: What these may not say, in any language: a dose, a promise, blame.
FORBIDDEN = (
    r"\bmg\b|\bunits?\b|\benheter?\b|\beiningar?\b|\bmmol\b|\bml\b|\bmilligram|\bdoses?\b|\bdosen?\b|"
    r"\bmetformin\w*|\bcure[sd]?\b|\bkurer\w*|\bguarantee\w*|\bgaranter\w*|"
    r"\blazy\b|\blat\b|\bfat\b|\bfeit\b|\bobese\b|\bashamed\b|\bskam\b|\bamputat\w*|\bdie[sd]?\b|\bdø\b|"
    r"\bdøy\w*|\bblind\b"
)
#: The one text that must name units, so that a number can be read.
NAMES_UNITS = {"again.sugar"}
_EATS = re.compile(
    r"\b(eat|drink|water|food|meal|date|sweet|fried|dish)s?\b|"
    r"\b(spis|ete\b|drikk|vann|vatn|mat|måltid|dadler|dadlar|søt|søtsak|fritert|rett)",
    re.IGNORECASE,
)
_WHEN_ALLOWED = re.compile(
    r"iftar|suhoor|sunset|night|evening|dawn|break (the|your) fast|Eid|"
    r"solnedgang|kveld|natt|daggry|bryt|\bid\b",
    re.IGNORECASE,
)
#: Capitals where Ramadan is kept, latitude, longitude east, hours east of Greenwich in winter.
CITIES = {
    "Oslo": (59.9, 10.8, 1),
    "London": (51.5, -0.1, 0),
    "Paris": (48.9, 2.3, 1),
    "Istanbul": (41.0, 29.0, 3),
    "Tunis": (36.8, 10.2, 1),
    "Rabat": (34.0, -6.8, 0),
    "Cairo": (30.0, 31.2, 2),
    "Riyadh": (24.7, 46.7, 3),
    "Karachi": (24.9, 67.0, 5),
    "Dhaka": (23.8, 90.4, 6),
    "Dakar": (14.7, -17.5, 0),
    "Kuala Lumpur": (3.1, 101.7, 8),
    "Jakarta": (-6.2, 106.8, 7),
    "Dar es Salaam": (-6.8, 39.3, 3),
}
#: 1 Ramadan as reckoned, give or take a day.
RAMADANS = (date(2027, 2, 8), date(2028, 1, 28), date(2029, 1, 16), date(2030, 1, 5))


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(PACK)


def stage_of(pack: Pack, key: str) -> PackStage:
    (stage,) = (stage for stage in pack.stages if stage.key == key)
    return stage


def keys_of(pack: Pack, *stages: str) -> list[str]:
    return [step.key for key in stages for step in stage_of(pack, key).steps]


def most_in_a_week(pack: Pack, stages: tuple[str, ...]) -> int:
    """Planned from one anchor for one person. Steps of one day and slot are either or."""
    taken = {(step.day, step.slot) for stage in stages for step in stage_of(pack, stage).steps}
    days = Counter(day for day, _ in taken if day is not None)
    return max(sum(days[first + ahead] for ahead in range(7)) for first in range(min(days), 200))


def test_stages_hold_the_texts_of_the_table(pack: Pack) -> None:
    held = {key: len(stage_of(pack, key).steps) for key in TEXTS}

    assert held == TEXTS
    assert sum(held[f"ramadan_{part}"] for part in ("prepare", "month", "after")) == 49
    assert sum(held[key] for key in GOALS) == 72


@pytest.mark.parametrize("group", sorted(VARIANTS))
def test_groups_have_their_own_words(pack: Pack, group: str) -> None:
    held = {
        stage.key: count
        for stage in pack.stages
        if (count := sum(group in _variants(step) for step in stage.steps))
    }

    assert held == VARIANTS[group]


def test_words_of_a_group_come_at_every_dose_and_beside_a_goal(pack: Pack) -> None:
    """Where the base's text stays away, its variant does too. Those two only stand in for words
    that the pregnant must not get."""
    rare = [
        step.key
        for stage in pack.stages
        for step in stage.steps
        if any(group in _variants(step) for group in VARIANTS) and (step.profiles or step.when)
    ]

    assert rare == ["prevent.05", "prevent.48"]


def _variants(step: PackStep) -> set[str]:
    return {variant.name for variant in step.variants}


def test_reminders_ask_in_twenty_wordings_for_half_a_year(pack: Pack) -> None:
    steps = stage_of(pack, "glucose").steps
    days = Counter(
        (step.day or 0) + turn * (step.every_days or 0)
        for step in steps
        for turn in range(step.times)
    )

    assert len(steps) == REMINDERS
    assert len({pack.texts["en"][step.key] for step in steps}) == REMINDERS
    assert days == Counter(range(1, 181))
    assert {step.slot for step in steps} == {"best"}
    assert {step.priority for step in steps} == {Priority.REPLY}


def test_banks_hold_their_texts(pack: Pack) -> None:
    assert {bank.key: len(bank.texts) for bank in pack.banks} == BANKS


def test_prevent_comes_three_times_a_week_then_twice(pack: Pack) -> None:
    days = [step.day or 0 for step in stage_of(pack, "prevent").steps]
    weeks = Counter((day - 1) // 7 for day in days)

    assert [weeks[week] for week in range(26)] == [3] * 8 + [2] * 18
    assert max(days) <= 182


@pytest.mark.parametrize(
    ("stage", "every"), [("live", 3.5), ("medicine", 7), ("insulin", 7), ("checks", 14)]
)
def test_other_stages_keep_their_pace_for_half_a_year(pack: Pack, stage: str, every: float) -> None:
    days = [step.day or 0 for step in stage_of(pack, stage).steps]

    assert len(days) == pytest.approx(182 / every)
    assert max(days) <= 182


def test_a_week_never_holds_more_than_seven(pack: Pack) -> None:
    """Checks, insulin texts and questions rest when Ramadan's own come every other day."""
    before = most_in_a_week(pack, ("ramadan_prepare",))

    assert pack.cap_week == 7 + 1
    assert most_in_a_week(pack, USUAL_LIVE) <= 7
    assert most_in_a_week(pack, USUAL_PREVENT) <= 7
    assert before + most_in_a_week(pack, ("live", "medicine")) <= 7
    assert before + most_in_a_week(pack, ("prevent",)) <= 7
    assert most_in_a_week(pack, ("ramadan_month",)) == 7


@pytest.mark.parametrize("goal", GOALS)
def test_beside_a_goal_a_week_holds_seven_texts_and_an_eighth_question(
    pack: Pack, goal: str
) -> None:
    """Whatever day it begins: half of Live rests then, and beside insulin two come, not three."""
    thinned = tuple(step for step in stage_of(pack, "live").steps if "stage.goal_food" in step.when)
    quiet = without(pack, thinned)
    sure = [step for step in stage_of(pack, goal).steps if not step.when]

    assert len(thinned) == 26
    assert len(in_weeks(stage_of(pack, goal).steps)) == 6
    assert set(in_weeks(stage_of(pack, goal).steps)) == {3}
    assert set(in_weeks(sure)) == {2}
    for most, texts, questions in (
        (3, ("live", "medicine", "checks"), ("asks", "surveys")),
        (2, ("live", "medicine", "insulin", "checks"), ("asks", "surveys")),
        (3, ("prevent",), ("asks", "surveys")),
    ):
        assert most_in_a_week(quiet, texts) + most <= 7
        assert most_in_a_week(quiet, (*texts, *questions)) + most <= 8


def without(pack: Pack, steps: Sequence[PackStep]) -> Pack:
    stages = tuple(
        replace(stage, steps=tuple(step for step in stage.steps if step not in steps))
        for stage in pack.stages
    )
    return replace(pack, stages=stages)


def in_weeks(steps: Iterable[PackStep]) -> list[int]:
    """How many come in each week after the goal was chosen."""
    weeks = Counter((step.day or 0) // 7 for step in steps)
    return [weeks[week] for week in sorted(weeks)]


def test_low_and_sick_tell_a_person_and_say_whom_to_ring_first(pack: Pack) -> None:
    told = {keyword.bank: keyword.case for keyword in pack.keywords if keyword.case}

    assert told == {"low": "urgent", "sick": "soon"}
    for language, night in (("en", "at night"), ("nb", "om natta"), ("nn", "om natta")):
        for bank in pack.banks:
            for key in (text.key for text in bank.texts if bank.key in told):
                text = pack.texts[language][key]
                assert "emergency_number" in placeholders(text), (language, key)
                assert night in text.rpartition("}}")[2], (language, key)


def test_ramadan_is_prepared_kept_and_left(pack: Pack) -> None:
    days = {
        part: [step.day for step in stage_of(pack, f"ramadan_{part}").steps]
        for part in ("prepare", "month", "after")
    }

    assert days["prepare"] == [-49, -42, -35, -28, -21, -14, -12, -10, -8, -6, -4, -2]
    assert days["month"] == list(range(30))
    assert days["after"] == list(range(1, 8))
    assert stage_of(pack, "ramadan_after").anchor == "calendar.eid_al_fitr"


def test_thirtieth_text_alone_asks_whether_eid_has_come(pack: Pack) -> None:
    month = stage_of(pack, "ramadan_month").steps

    assert [step.key for step in month if step.when] == [month[-1].key]
    assert "days_since(calendar.eid_al_fitr) < 0" in month[-1].when


def test_ramadan_slot_lies_after_sunset_wherever_it_is_kept(pack: Pack) -> None:
    (name,) = {step.slot for step in stage_of(pack, "ramadan_month").steps}
    starts = pack.slots[name].start
    late = {
        (city, day): told
        for city, (latitude, longitude, hours) in CITIES.items()
        for first in RAMADANS
        for ahead in range(-1, 31)
        if (told := sunset(day := first + timedelta(days=ahead), latitude, longitude, hours))
        >= starts
    }

    assert late == {}
    assert stage_of(pack, "ramadan_month").late == "skip"
    assert stage_of(pack, "ramadan_month").shelf_hours == 1


def test_usual_texts_rest_while_somebody_fasts(pack: Pack) -> None:
    """No text of daytime may speak of food and drink to whoever fasts."""
    resting = {
        stage.key for stage in pack.stages if "days_since(calendar.ramadan) between" in stage.when
    }

    assert {"prevent", "live", "medicine", "insulin", "checks", "asks", "encore"} <= resting
    assert {"smoke", "silence", *GOALS, "goal_food_ask", "goal_move_ask", "goal_after"} <= resting


@pytest.mark.parametrize("language", ["en", "nb", "nn"])
def test_month_speaks_of_food_only_between_sunset_and_dawn(pack: Pack, language: str) -> None:
    texts = {key: pack.texts[language][key] for key in keys_of(pack, "ramadan_month")}

    unbound = {
        key: text
        for key, text in texts.items()
        if _EATS.search(text) and not _WHEN_ALLOWED.search(text)
    }
    assert unbound == {}


def test_alarming_bands_are_those_of_the_table(pack: Pack) -> None:
    (sugar,) = (question for question in pack.questions if question.key == "sugar")
    alarms = [(band.lowest, band.below, band.reply) for band in sugar.bands if band.alarm]

    assert alarms == [(None, 4, "sugar.low"), (20.1, None, "sugar.very_high")]
    for language in pack.languages:
        for _, _, reply in alarms:
            assert "emergency_number" in placeholders(pack.texts[language][reply])


def test_surveys_fall_at_months_three_and_six_and_after_ramadan(pack: Pack) -> None:
    asked = [(step.question, step.day) for step in stage_of(pack, "surveys").steps]
    (after,) = stage_of(pack, "ramadan_survey").steps

    assert asked == [
        ("missed", 91), ("veg_days", 91), ("missed", 182), ("veg_days", 182), ("go_on", 98),
        ("go_further", 184),
    ]  # fmt: skip
    assert (after.question, after.day) == ("fasted", 9)


def test_every_text_fits_one_gsm7_segment_in_the_worst_case(pack: Pack) -> None:
    long = {
        (language, key): worst_case(text)
        for language, texts in pack.texts.items()
        for key, text in texts.items()
        if worst_case(text).segments != 1 or worst_case(text).encoding != "gsm7"
    }

    assert long == {}


def test_languages_are_complete_and_alike_in_their_placeholders(pack: Pack) -> None:
    english = pack.texts["en"]

    assert set(pack.texts) == {"en", "nb", "nn"}
    for language in ("nb", "nn"):
        norwegian = pack.texts[language]
        unlike = [
            key for key in english if placeholders(english[key]) != placeholders(norwegian[key])
        ]
        assert english.keys() == norwegian.keys()
        assert unlike == []
        assert [key for key in english if english[key] == norwegian[key]] == []


def test_no_text_names_a_dose_a_promise_or_blame(pack: Pack) -> None:
    found = {
        (language, key): told.group()
        for language, texts in pack.texts.items()
        for key, text in texts.items()
        if key not in NAMES_UNITS and (told := re.search(FORBIDDEN, text, re.IGNORECASE))
    }

    assert found == {}


def test_first_texts_do_not_name_the_disease(pack: Pack) -> None:
    first = pack.onboarding[0]
    neutral = ("consent", "still", first)

    for language, texts in pack.texts.items():
        for key in neutral:
            assert "diabetes" not in texts[f"question.{key}"].lower(), (language, key)
        assert "programme" in placeholders(texts[f"question.{first}"])
        assert "STOP" in texts[f"question.{first}"]


def test_no_long_number_stands_in_a_text(pack: Pack) -> None:
    """Phone numbers come from country variables."""
    for texts in pack.texts.values():
        for text in texts.values():
            assert not re.search(r"\d{5}", text), text


def test_stop_is_named_every_few_texts(pack: Pack) -> None:
    for language, texts in pack.texts.items():
        for stage in ("prevent", "live", "medicine", "ramadan_month", *GOALS):
            since = 0
            for key in keys_of(pack, stage):
                since = 0 if "STOP" in texts[key] else since + 1
                assert since <= 11, (language, key)


def test_every_stage_is_tagged_and_none_leans_on_one_technique(pack: Pack) -> None:
    for stage in pack.stages:
        texts = [step for step in stage.steps if not step.question and not step.bank]
        tags = Counter(tag for step in texts for tag in step.tags)
        if len(texts) > 4 and stage.key != "welcome":
            assert max(tags.values()) <= 0.4 * len(texts), (stage.key, tags.most_common(2))
    techniques = {tag for stage in pack.stages for step in stage.steps for tag in step.tags}
    assert len(techniques) >= 8
