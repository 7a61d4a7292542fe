"""When steps come due: anchors, moments, days off, own hours, repeats, stages left."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from campaigns.rules import ProfileRule, StageRule, Track
from campaigns.schedule import Avoid, DaysOff, Span
from enrolment.coming import hand_over
from enrolment.journey import due_until, plan
from enrolment.state import AnchorAt, State
from tests.contents import content, day_step, event_step
from tests.states import JOINED, QUIT, at, entered, state

WEEKENDS = frozenset({Avoid.WEEKENDS})
PROFILE = ProfileRule()
BOTH = frozenset({Avoid.WEEKENDS, Avoid.HOLIDAYS})


def days_of(found: State, *steps: object, until: datetime, **fields: object) -> list[date]:
    return sorted(
        moment.date()
        for moment, _, _ in due_until(content(*steps, **fields), found, until)  # type: ignore[arg-type]
    )


def test_a_step_on_a_saturday_moves_to_monday() -> None:
    step = day_step("q", 2, avoid=WEEKENDS)  # Saturday 12 December

    assert days_of(state(QUIT), step, until=at(31, 0)) == [date(2026, 12, 14)]


def test_a_step_on_a_holiday_moves_past_the_weekend_after_it() -> None:
    christmas = DaysOff(holidays=frozenset({date(2026, 12, 24), date(2026, 12, 25)}))
    step = day_step("q", 14, avoid=BOTH)  # Thursday 24 December

    found = days_of(state(QUIT, days_off=christmas), step, until=datetime(2027, 1, 9, tzinfo=UTC))

    assert found == [date(2026, 12, 28)]


def test_a_weekend_of_another_country_is_friday_and_saturday() -> None:
    step = day_step("q", 1, avoid=WEEKENDS)  # Friday 11 December
    egypt = DaysOff(weekend=frozenset({4, 5}))

    assert days_of(state(QUIT, days_off=egypt), step, until=at(31, 0)) == [date(2026, 12, 13)]


def test_a_moved_step_is_found_by_a_tick_on_its_new_day() -> None:
    rules = content(day_step("q", 2, avoid=WEEKENDS))

    before = plan(rules, state(QUIT), at(13, 20))
    found = plan(rules, state(QUIT, planned_through=at(13, 20)), at(14, 9, 30))

    assert before.dues == ()
    assert before.next_due_at is not None
    assert before.next_due_at.date() == date(2026, 12, 14)
    assert [due.step.key for due in found.dues] == ["q"]


def test_own_hours_move_a_slot_to_their_nearest_end() -> None:
    rules = content(day_step("morning", 0), day_step("evening", 0, "evening"))
    narrow = state(QUIT, own_hours=Span(time(10), time(17)))

    found = {step.key: moment for moment, step, _ in due_until(rules, narrow, at(11, 0))}

    assert at(10, 10) <= found["morning"] < at(10, 10, 30)
    assert at(10, 16, 30) <= found["evening"] < at(10, 17)


def test_own_hours_beside_the_campaigns_are_passed_over() -> None:
    night = state(QUIT, own_hours=Span(time(22), time(23)))

    assert plan(content(day_step("q", 0)), night, at(10, 9, 30)).dues


def test_a_repeated_step_comes_each_time_under_an_occurrence_of_its_own() -> None:
    steps = [replace(day_step("weekly", 7 * turn), repeat=turn) for turn in range(3)]

    found = list(due_until(content(*steps), state(QUIT), at(31, 0)))

    assert [occurrence for _, _, occurrence in found] == [1, 10_001, 20_001]


def test_days_after_a_moment_count_from_its_local_day() -> None:
    step = day_step("module", 0, "evening", anchor="stage.sleep")
    later = day_step("later", 1, "morning", anchor="stage.sleep")
    rules = content(step, later)

    at_noon = [m for m, _, _ in due_until(rules, state(entered("sleep", at(5, 12))), at(9, 0))]
    at_night = [m for m, _, _ in due_until(rules, state(entered("sleep", at(5, 22))), at(9, 0))]

    assert [found.day for found in at_noon] == [5, 6]
    # The slot of day 0 had passed when the stage was entered.
    assert [found.day for found in at_night] == [6]


def test_a_stage_that_was_left_gives_nothing_more() -> None:
    step = event_step("path", 24 * 60, anchor="stage.relapse")
    left = entered("relapse", at(5, 12), until=at(6, 9))

    assert list(due_until(content(step), state(left), at(9, 0))) == []


def test_silence_stands_when_nothing_was_heard_and_goes_with_the_next_word() -> None:
    rules = content(event_step("hello", 0, anchor="silence"), silent=timedelta(days=14))

    quiet = plan(rules, state(heard=2, heard_at=JOINED), at(15, 12))
    heard = plan(rules, state(heard=3, heard_at=at(14, 9)), at(15, 12))

    assert [(due.step.key, due.occurrence) for due in quiet.dues] == [("hello", 3)]
    assert heard.dues == ()
    assert heard.next_due_at == at(28, 9)


def test_a_country_day_counts_each_edition() -> None:
    steps = (day_step("before", -7, anchor="calendar.ramadan"),)
    days = [
        AnchorAt("calendar.ramadan", 1448, day=date(2027, 2, 8)),
        AnchorAt("calendar.ramadan", 1449, day=date(2028, 1, 28)),
    ]

    found = list(due_until(content(*steps), state(*days), datetime(2028, 6, 1, tzinfo=UTC)))

    assert [(moment.date(), occurrence) for moment, _, occurrence in found] == [
        (date(2027, 2, 1), 1448),
        (date(2028, 1, 21), 1449),
    ]


RELAPSE = StageRule(
    "relapse", "entry", Track.PATH, then_after=timedelta(days=7), then_enter="not_ready"
)
NOT_READY = StageRule("not_ready", "entry", Track.PATH)
STAGES = {"relapse": RELAPSE, "not_ready": NOT_READY}


def test_a_stage_hands_over_after_its_time_and_is_left() -> None:
    entries, anchors = hand_over(
        content(stages=STAGES), (entered("relapse", at(1, 12)),), at(9, 12)
    )

    assert [(entry.stage, entry.at) for entry in entries] == [("not_ready", at(8, 12))]
    assert anchors[0].until == at(8, 12)
    assert anchors[1] == entered("not_ready", at(8, 12))


def test_plan_looks_again_when_a_stage_hands_over() -> None:
    step = event_step("wait", 60, anchor="stage.not_ready", track=Track.PATH)
    rules = content(step, stages=STAGES)

    before = plan(rules, state(entered("relapse", at(1, 12))), at(3, 12))
    after = plan(rules, state(entered("relapse", at(1, 12))), at(8, 13))

    assert before.next_due_at == at(8, 12)
    assert [entry.stage for entry in after.entries] == ["not_ready"]
    assert [due.step.key for due in after.dues] == ["wait"]


def test_a_stage_left_before_its_time_hands_nothing_over() -> None:
    left = entered("relapse", at(1, 12), until=at(4, 9))

    assert hand_over(content(stages=STAGES), (left,), at(20, 12)) == ((), (left,))


def test_steps_of_another_dose_do_not_come() -> None:
    from_all = day_step("all", 0)
    only_high = day_step("more", 0, "evening", profiles=frozenset({"high"}))
    survey = day_step("survey", 1, track=Track.OUTCOME, profiles=frozenset({"high"}))
    doses = {"profiles": {"light": PROFILE, "high": PROFILE}, "default_profile": "light"}
    rules = content(from_all, only_high, survey, **doses)

    def keys(profile: str) -> list[str]:
        found = due_until(rules, state(QUIT, profile=profile), at(20, 0))
        return sorted(step.key for _, step, _ in found)

    assert keys("high") == ["all", "more", "survey"]
    assert keys("") == keys("light") == ["all", "survey"]


def test_a_slot_the_clock_jumps_over_to_the_end_of_the_hours_comes_earlier_that_day() -> None:
    # In Nuuk 23:00 to midnight of 30 March 2024 did not exist.
    rules = content(
        day_step("q", 0, "late"),
        hours=Span(time(22), time(23, 59)),
        slots={"late": Span(time(23), time(23, 50))},
        default_slot="late",
    )
    there = state(
        AnchorAt("quit_date", 1, day=date(2024, 3, 30)),
        zone="America/Nuuk",
        planned_from=datetime(2024, 3, 29, tzinfo=UTC),
        planned_through=datetime(2024, 3, 29, tzinfo=UTC),
    )

    ((moment, _, _),) = due_until(rules, there, datetime(2024, 4, 2, tzinfo=UTC))

    assert datetime(2024, 3, 31, 0, tzinfo=UTC) <= moment < datetime(2024, 3, 31, 1, tzinfo=UTC)
