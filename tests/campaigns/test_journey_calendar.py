"""Compiled content as a calendar: what stands on which day. That the days are the journey's own is
held in tests/properties/test_journey_calendar.py."""

from collections.abc import Mapping
from typing import Any

from campaigns.conditions import compile_condition
from campaigns.journey_calendar import doses, lanes
from campaigns.journey_weeks import Lane, Tile, Week
from campaigns.journey_words import told_steps
from campaigns.rules import ProfileRule, StepRule, Track, VariantRule
from tests.contents import content, day_step, event_step

STAGES = {"welcome": "Welcome", "core": "The core", "relapse": "After a relapse"}
DOSES = {"light": ProfileRule(more="full"), "full": ProfileRule(less="light")}
TEXTS = {
    ("day.0", "en"): "Today is the day, {{ first_name }}.",
    ("day.0", "nb"): "I dag er dagen, {{ first_name }}.",
    ("day.0@vape", "en"): "Today the vape stays home.",
    ("day.1", "en"): "word " * 40,
}


def drawn(
    *steps: StepRule,
    dose: str | None = None,
    language: str = "en",
    changed: tuple[str, ...] = (),
    **changes: Any,
) -> dict[str, Lane]:
    given = content(*steps, texts=TEXTS, languages=("en", "nb"), **changes)
    shown = "" if dose is None and not given.profiles else dose
    found = lanes(given, stages=STAGES, dose=shown, language=language, changed=changed)
    return {lane.anchor: lane for lane in found}


def tiles_of(week: Week) -> Mapping[int, tuple[Tile, ...]]:
    return {day.offset: day.tiles for day in week.days if day.tiles}


def test_texts_stand_on_their_days_in_the_order_of_the_day() -> None:
    steps = (
        day_step("day.0", 0, "evening"), day_step("early", 0, "morning"), day_step("d.-1", -1),
        day_step("d.8", 8),
    )  # fmt: skip

    weeks = drawn(*steps)["quit_date"].weeks

    assert [(week.title, week.span) for week in weeks] == [
        ("The week before", "days -7 to -1"), ("Week 1", "days 0 to 6"), ("Week 2", "days 7 to 13"),
    ]  # fmt: skip
    assert [tile.key for tile in tiles_of(weeks[1])[0]] == ["early", "day.0"]
    assert [tile.at for tile in tiles_of(weeks[1])[0]] == ["09:00", "18:00"]
    assert list(tiles_of(weeks[0])) == [-1]


def test_weeks_without_a_text_are_one_line() -> None:
    weeks = drawn(day_step("d.0", 0), day_step("d.40", 40))["quit_date"].weeks

    assert [(week.number, week.empty_before) for week in weeks] == [(0, 0), (5, 4)]


def test_band_reaches_the_edge_of_a_week_it_goes_on_beyond() -> None:
    steps = (day_step("d.3", 3), day_step("d.8", 8), day_step("d.9", 9))

    first, second = drawn(*steps)["quit_date"].weeks

    assert [(band.stage, band.first, band.days) for band in first.bands] == [("The core", 4, 4)]
    assert [(band.first, band.days) for band in second.bands] == [(1, 3)]


def test_many_weeks_have_a_row_of_bars_that_leads_to_them() -> None:
    steps = [day_step(f"d.{day}", day) for day in (-1, 0, 1, 2, 7, 21, 28)]

    lane = drawn(*steps)["quit_date"]

    assert [(bar.label, bar.texts, bar.height) for bar in lane.bars] == [
        ("-1", 1, 4), ("1", 3, 10), ("2", 1, 4), ("3", 0, 0), ("4", 1, 4), ("5", 1, 4),
    ]  # fmt: skip
    assert drawn(*steps[:3])["quit_date"].bars == ()


def test_text_worded_otherwise_than_before_is_marked() -> None:
    vape = VariantRule("vape", compile_condition("product = 'vape'"))
    steps = (day_step("day.0", 0, variants=(vape,)), day_step("day.1", 1))

    week = drawn(*steps, changed=("day.0@vape",))["quit_date"].weeks[0]

    assert [tile.is_changed for tiles in tiles_of(week).values() for tile in tiles] == [True, False]


def test_dose_shows_its_own_texts_and_the_surveys() -> None:
    steps = (
        day_step("all", 0),
        day_step("more", 1, profiles=frozenset({"full"})),
        day_step("survey", 2, profiles=frozenset({"full"}), track=Track.OUTCOME),
    )

    def keys(dose: str | None) -> list[str]:
        week = drawn(*steps, dose=dose, profiles=DOSES, default_profile="full")["quit_date"].weeks
        return [tile.key for tiles in tiles_of(week[0]).values() for tile in tiles]

    assert keys("light") == ["all", "survey"]
    assert keys("full") == keys(None) == ["all", "more", "survey"]


def test_doses_go_from_few_texts_to_many() -> None:
    kept = {
        "high": ProfileRule(less="light"), "fixed": ProfileRule(less="light"),
        "light": ProfileRule(more="high"),
    }  # fmt: skip

    assert doses(content(profiles=kept)) == ("light", "high", "fixed")


def test_moments_come_in_their_order_and_in_words() -> None:
    steps = (event_step("w.3", 2880), event_step("w.1", 1), event_step("w.2", 180))

    lane = drawn(*steps)["enrolment"]

    assert [(tile.key, tile.at) for tile in lane.moments] == [
        ("w.1", "1 minute"), ("w.2", "3 hours"), ("w.3", "2 days"),
    ]  # fmt: skip
    assert lane.title == "joining"


def test_tile_is_in_the_language_asked_for_else_in_the_campaigns_own() -> None:
    steps = (day_step("day.0", 0), day_step("day.1", 1))

    week = drawn(*steps, language="nb")["quit_date"].weeks[0]
    first, second = (tiles[0] for tiles in tiles_of(week).values())

    assert first.words == "I dag er dagen, [first name]."
    assert second.words.startswith("word word")
    assert second.words.endswith("word…")
    assert len(second.words) < 80


def test_repeated_bank_and_question_say_so() -> None:
    steps = (
        day_step("tip", 0, bank="crave"), day_step("tip", 2, bank="crave", repeat=1),
        day_step("ask", 3, question="smoked"),
    )  # fmt: skip

    week = drawn(*steps)["quit_date"].weeks[0]
    tiles = [tile for found in tiles_of(week).values() for tile in found]

    assert [(tile.kind, tile.turn) for tile in tiles] == [
        ("bank", ""), ("bank", "time 2"), ("question", ""),
    ]  # fmt: skip


def test_step_is_told_with_its_conditions_and_every_wording() -> None:
    step = day_step(
        "day.0",
        0,
        "evening",
        profiles=frozenset({"full"}),
        when=compile_condition("per_day > 10"),
        variants=(VariantRule("vape", compile_condition("product = 'vape'")),),
    )
    given = content(step, texts=TEXTS, languages=("en", "nb"), profiles=DOSES)

    told = told_steps(given, STAGES)["day.0"]

    assert told.stage == "The core"
    assert told.when == "Between 18:00 and 18:30, her own time"
    assert told.whom == ("At dose full", "Only if per day is above 10")
    assert [(words.only, dict(words.said)) for words in told.words] == [
        ("", {"en": "Today is the day, [first name].", "nb": "I dag er dagen, [first name]."}),
        ("product is vape", {"en": "Today the vape stays home."}),
    ]


def test_question_and_moment_are_told() -> None:
    steps = (
        day_step("ask", 0, question="craving", avoid=frozenset({"weekends"})),
        event_step("r.1", 120, anchor="stage.relapse", stage="relapse", track=Track.PATH),
    )

    told = told_steps(content(*steps), STAGES)

    assert told["ask"].kind == "A question, answered with 1 low, 3 high"
    assert told["ask"].when.endswith("moves off weekends")
    assert told["r.1"].when == "2 hours after entering After a relapse"
    assert told["r.1"].whom[0].startswith("Comes in the place of the usual texts")
