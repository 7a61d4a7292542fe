"""What becomes of a step that came due: paths, conditions, lateness, room on the number."""

from dataclasses import replace
from datetime import timedelta

from campaigns.conditions import compile_condition
from campaigns.rules import Caps, LateRule, Priority, StageRule, StepRule, Track
from enrolment.journey import plan
from enrolment.load import NO_LOAD
from enrolment.state import Due, Reason, State, Verdict
from tests.contents import content, day_step, event_step
from tests.states import JOINED, QUIT, QUIT_DAY, at, entered, state

PATHS = {
    "relapse": StageRule("relapse", "entry", Track.PATH),
    "sleep": StageRule("sleep", "entry", Track.CORE),
}


def decided(dues: tuple[Due, ...]) -> list[tuple[str, Verdict, Reason]]:
    return [(due.step.key, due.verdict, due.reason) for due in dues]


def full(day: int, texts: int) -> State:
    """Someone with so many texts on that day of December, the last at nine."""
    load = NO_LOAD
    for _ in range(texts):
        load = load.plus(QUIT_DAY.replace(day=day), at(day, 9))
    return state(QUIT, load=load)


def test_core_rests_on_a_path_and_outcomes_come() -> None:
    core, survey = day_step("core", 0), day_step("survey", 0, "evening", track=Track.OUTCOME)
    question = day_step("asked", 0, "midday", question="smoked")
    on_path = state(QUIT, entered("relapse", at(8, 12)), planned_through=at(10, 8))

    found = plan(content(core, survey, question, stages=PATHS), on_path, at(10, 18, 30)).dues

    assert decided(found) == [
        ("core", Verdict.SUPPRESSED, Reason.OTHER_PATH),
        ("asked", Verdict.SUPPRESSED, Reason.OTHER_PATH),
        ("survey", Verdict.QUEUED, Reason.NONE),
    ]


def test_core_comes_again_once_the_path_is_left_and_beside_a_module() -> None:
    left = entered("relapse", at(8, 12), until=at(9, 12))
    module = entered("sleep", at(8, 12))

    found = plan(content(day_step("core", 0), stages=PATHS), state(QUIT, left, module), at(10, 10))

    assert decided(found.dues) == [("core", Verdict.QUEUED, Reason.NONE)]


def test_a_condition_is_asked_when_the_step_comes_due() -> None:
    vape = day_step("vape", 0, when=compile_condition("product = 'vape'"))
    later = day_step("later", 0, "evening", when=compile_condition("days_since(enrolment) >= 3"))
    anchors = (QUIT, entered("x", JOINED)._replace(kind="enrolment"))

    smokes = plan(content(vape, later), state(*anchors, values={"product": "cigs"}), at(10, 18, 30))
    vapes = plan(content(vape, later), state(*anchors, values={"product": "vape"}), at(10, 9, 30))

    assert decided(smokes.dues) == [
        ("vape", Verdict.SUPPRESSED, Reason.CONDITION),
        ("later", Verdict.QUEUED, Reason.NONE),
    ]
    assert decided(vapes.dues) == [("vape", Verdict.QUEUED, Reason.NONE)]


def test_what_came_due_in_a_pause_is_not_sent() -> None:
    steps = day_step("before", 0), day_step("within", 1), day_step("after", 2)
    paused = state(QUIT, paused_at=at(10, 12), planned_through=at(10, 12))

    found = plan(content(*steps), paused, at(12, 8))

    assert decided(found.dues) == [("within", Verdict.SUPPRESSED, Reason.PAUSED)]
    assert found.next_due_at is not None
    assert found.next_due_at.day == 12


def test_later_holds_a_text_back_and_a_stale_one_is_let_go() -> None:
    rests = state(QUIT, rest_until=at(10, 12, 20))
    fresh, stale = day_step("fresh", 0), day_step("stale", 0, shelf=timedelta(hours=2))

    found = {due.step.key: due for due in plan(content(fresh, stale), rests, at(10, 9, 30)).dues}

    assert found["fresh"].reason is Reason.ASKED_LATER
    assert found["fresh"].not_before == at(10, 12, 20)
    assert found["stale"].verdict is Verdict.SUPPRESSED


def test_a_text_too_soon_after_another_is_moved_within_its_shelf_life() -> None:
    crowded = full(10, 1)._replace(load=NO_LOAD.plus(QUIT_DAY, at(10, 9)))
    rules = content(day_step("q", 0), min_gap=timedelta(hours=2))

    (found,) = plan(rules, crowded, at(10, 9, 30)).dues

    assert (found.verdict, found.reason, found.not_before) == (
        Verdict.QUEUED, Reason.MIN_GAP, at(10, 11),
    )  # fmt: skip


def test_a_text_too_soon_whose_time_passes_is_let_go() -> None:
    rules = content(day_step("q", 0, shelf=timedelta(hours=1)), min_gap=timedelta(hours=3))

    (found,) = plan(rules, full(10, 1), at(10, 9, 30)).dues

    assert (found.verdict, found.reason) == (Verdict.SUPPRESSED, Reason.MIN_GAP)


def test_the_day_cap_holds_for_core_and_not_for_assessments() -> None:
    core, asked = day_step("core", 0), day_step("asked", 0, "midday", question="smoked")
    asked = replace(asked, priority=Priority.ASSESSMENT)
    rules = content(core, asked, caps=Caps(day=2))

    found = plan(rules, full(10, 2), at(10, 12, 30)).dues

    assert decided(found) == [
        ("core", Verdict.SUPPRESSED, Reason.DAY_CAP),
        ("asked", Verdict.QUEUED, Reason.NONE),
    ]


def test_a_core_text_leaves_room_for_an_assessment_later_that_day() -> None:
    core = day_step("core", 0)
    asked = day_step("asked", 0, "evening", question="smoked", priority=Priority.ASSESSMENT)

    alone = plan(content(core, caps=Caps(day=2)), full(10, 1), at(10, 9, 30)).dues
    beside = plan(content(core, asked, caps=Caps(day=2)), full(10, 1), at(10, 9, 30)).dues

    assert decided(alone) == [("core", Verdict.QUEUED, Reason.NONE)]
    assert decided(beside) == [("core", Verdict.SUPPRESSED, Reason.DAY_CAP)]


def test_a_text_over_the_cap_that_may_wait_comes_the_next_day() -> None:
    rules = content(day_step("q", 0, late=LateRule.NEXT_WINDOW), caps=Caps(day=1))

    (found,) = plan(rules, full(10, 1), at(10, 9, 30)).dues

    assert (found.verdict, found.reason, found.not_before) == (
        Verdict.QUEUED, Reason.DAY_CAP, at(11, 8),
    )  # fmt: skip


def test_the_week_cap_counts_seven_local_days() -> None:
    rules = content(day_step("q", 0), caps=Caps(week=3))

    within = plan(rules, full(4, 3), at(10, 9, 30)).dues
    beyond = plan(rules, full(3, 3), at(10, 9, 30)).dues

    assert decided(within) == [("q", Verdict.SUPPRESSED, Reason.WEEK_CAP)]
    assert decided(beyond) == [("q", Verdict.QUEUED, Reason.NONE)]


def test_a_welcome_passes_cap_and_gap_and_counts_for_neither() -> None:
    steps = [event_step(f"w{n}", n, priority=Priority.REPLY) for n in (1, 3, 5)]
    rules = content(*steps, caps=Caps(day=1), min_gap=timedelta(hours=2))
    joined = state(entered("x", JOINED)._replace(kind="enrolment"))

    found = plan(rules, joined, at(1, 12, 6))

    assert [due.verdict for due in found.dues] == [Verdict.QUEUED] * 3
    assert found.load == NO_LOAD


def test_texts_found_together_are_spread_by_the_gap() -> None:
    steps = day_step("morning", 0), day_step("midday", 0, "midday")
    rules = content(*steps, min_gap=timedelta(hours=2))

    found = plan(rules, state(QUIT), at(10, 12, 35)).dues

    assert [due.not_before for due in found if due.reason is Reason.MIN_GAP] == [at(10, 14, 35)]
    assert len(found) == 2


def late_step(key: str, day: int, **more: object) -> StepRule:
    return day_step(key, day, late=LateRule.NEXT_WINDOW, shelf=timedelta(hours=2), **more)


def test_of_several_late_texts_one_a_day_is_caught_up_the_newest() -> None:
    steps = late_step("older", 0, slot="midday"), late_step("newer", 0, slot="evening")

    found = plan(content(*steps), state(QUIT), at(11, 7)).dues

    assert decided(found) == [
        ("older", Verdict.SUPPRESSED, Reason.CATCH_UP),
        ("newer", Verdict.QUEUED, Reason.LATE),
    ]


def test_a_late_assessment_goes_before_a_newer_core_text() -> None:
    asked = late_step("asked", 0, slot="midday", question="smoked", priority=Priority.ASSESSMENT)
    core = late_step("core", 0, slot="evening")

    found = plan(content(asked, core), state(QUIT), at(11, 7)).dues

    assert decided(found) == [
        ("asked", Verdict.QUEUED, Reason.LATE),
        ("core", Verdict.SUPPRESSED, Reason.CATCH_UP),
    ]


def test_a_question_waits_for_another_campaigns_and_the_rest_goes_on() -> None:
    asked, core = day_step("asked", 0, question="smoked"), day_step("core", 0, "midday")
    busy = state(QUIT, elsewhere_until=at(10, 14))

    found = plan(content(asked, core), busy, at(10, 12, 30))

    assert decided(found.dues) == [("core", Verdict.QUEUED, Reason.NONE)]
    assert found.waiting
    assert found.planned_through < found.dues[0].due_at
    assert found.next_due_at is not None
    assert at(10, 13) <= found.next_due_at <= at(10, 14)


def test_a_question_that_waited_too_long_is_let_go() -> None:
    busy = state(QUIT, elsewhere_until=at(12, 0))

    found = plan(content(day_step("asked", 0, question="smoked")), busy, at(10, 14))

    assert decided(found.dues) == [("asked", Verdict.SUPPRESSED, Reason.QUESTION_OPEN)]
    assert not found.waiting
