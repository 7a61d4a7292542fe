from datetime import UTC, date, datetime, time, timedelta

from campaigns.rules import (
    LateRule,
    Track,
)
from campaigns.schedule import Span
from enrolment.journey import due_between, plan
from enrolment.state import AnchorAt, Reason, Verdict
from tests.contents import content, day_step, event_step
from tests.states import JOINED, QUIT, QUIT_DAY, at, state


def test_plan_finds_a_step_in_its_slot_on_its_day() -> None:
    found = plan(content(day_step("q", 0)), state(QUIT), at(10, 9, 40))

    assert [due.step.key for due in found.dues] == ["q"]
    assert at(10, 9) <= found.dues[0].due_at < at(10, 9, 30)
    assert found.dues[0].verdict is Verdict.QUEUED
    assert found.next_due_at is None


def test_plan_before_the_step_only_says_when_to_look_again() -> None:
    found = plan(content(day_step("q", 0)), state(QUIT), at(9, 23))

    assert found.dues == ()
    assert found.next_due_at is not None
    assert at(10, 9) <= found.next_due_at < at(10, 9, 30)


def test_plan_leaves_out_what_lay_before_the_start() -> None:
    steps = (day_step("past", -14), day_step("ahead", -1))

    found = plan(content(*steps), state(QUIT), JOINED)

    assert found.dues == ()
    assert found.next_due_at is not None
    assert found.next_due_at.day == 9


def test_plan_without_the_anchor_has_nothing_to_do() -> None:
    found = plan(content(day_step("q", 0)), state(), at(20, 12))

    assert found.dues == ()
    assert found.next_due_at is None


def test_welcome_at_night_waits_for_morning_in_order() -> None:
    joined = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    steps = (event_step("w1", 1), event_step("w2", 3))
    night = state(
        AnchorAt("enrolment", 1, instant=joined),
        planned_from=joined,
        planned_through=joined - timedelta(microseconds=1),
    )

    found = plan(content(*steps), night, joined + timedelta(hours=7))

    assert [(due.step.key, due.due_at.hour, due.due_at.minute) for due in found.dues] == [
        ("w1", 8, 1),
        ("w2", 8, 3),
    ]


def test_late_step_is_skipped_by_its_rule() -> None:
    found = plan(content(day_step("q", 0)), state(QUIT), at(10, 15))

    assert found.dues[0].verdict is Verdict.SUPPRESSED
    assert found.dues[0].reason is Reason.LATE


def test_late_step_waits_for_the_next_window_by_its_rule() -> None:
    step = day_step("q", 0, "evening", late=LateRule.NEXT_WINDOW)

    found = plan(content(step), state(QUIT), at(10, 23))

    assert found.dues[0].verdict is Verdict.QUEUED
    assert found.dues[0].not_before == at(11, 8)


def test_step_found_at_night_waits_although_its_shelf_has_not_ended() -> None:
    step = day_step("q", 0, "evening", late=LateRule.NEXT_WINDOW, shelf=timedelta(hours=12))

    found = plan(content(step), state(QUIT), at(10, 23))

    assert (found.dues[0].not_before, found.dues[0].reason) == (at(11, 8), Reason.LATE)


def test_step_pushed_into_the_next_day_by_a_clock_change_is_found_there() -> None:
    """Narrow hours inside Oslo's spring gap: Sunday's step can only go on Monday."""
    narrow = Span(time(2, 10), time(2, 50))
    rules = content(day_step("q", 0), hours=narrow, slots={"morning": narrow})
    sunday = AnchorAt("quit_date", 1, day=date(2026, 3, 29))
    monday_at_one = datetime(2026, 3, 29, 23, tzinfo=UTC)
    planned = state(
        sunday,
        zone="Europe/Oslo",
        planned_from=datetime(2026, 3, 20, tzinfo=UTC),
        planned_through=monday_at_one,
    )

    ahead = plan(rules, planned, monday_at_one)
    found = plan(rules, planned, datetime(2026, 3, 30, 0, 30, tzinfo=UTC))

    assert ahead.next_due_at == datetime(2026, 3, 30, 0, 10, tzinfo=UTC)
    assert [due.local_date for due in found.dues] == [date(2026, 3, 30)]


def test_late_step_too_far_from_the_next_window_is_let_go() -> None:
    step = day_step("q", 0, late=LateRule.NEXT_WINDOW)

    found = plan(content(step), state(QUIT), at(13, 12))

    assert found.dues[0].verdict is Verdict.SUPPRESSED


def test_late_step_gives_way_to_a_newer_one() -> None:
    steps = (
        day_step("older", 0, late=LateRule.DROP_IF_NEWER),
        day_step("newer", 0, "evening"),
    )

    found = plan(content(*steps), state(QUIT), at(10, 18, 40))

    assert [(due.step.key, due.verdict) for due in found.dues] == [
        ("older", Verdict.SUPERSEDED),
        ("newer", Verdict.QUEUED),
    ]


def test_core_texts_rest_on_the_slip_path_but_questions_do_not() -> None:
    slipped = AnchorAt("slip", 1, instant=at(10, 8))
    steps = (
        day_step("core", 0),
        day_step("ask", 0, "midday", question="smoked"),
        event_step("after", 300, anchor="slip", track=Track.SLIP),
    )

    found = plan(content(*steps), state(QUIT, slipped), at(10, 13, 30))

    assert [(due.step.key, due.verdict, due.reason) for due in found.dues] == [
        ("core", Verdict.SUPPRESSED, Reason.SLIP_PATH),
        ("ask", Verdict.QUEUED, Reason.NONE),
        ("after", Verdict.QUEUED, Reason.NONE),
    ]


def test_core_texts_come_back_48_hours_after_a_slip() -> None:
    slipped = AnchorAt("slip", 1, instant=at(10, 8))

    found = plan(
        content(day_step("core", 2)),
        state(QUIT, slipped, planned_through=at(12, 7)),
        at(12, 9, 40),
    )

    assert found.dues[0].verdict is Verdict.QUEUED


def test_a_second_slip_has_its_own_occurrence() -> None:
    first = AnchorAt("slip", 1, instant=at(10, 8))
    second = AnchorAt("slip", 2, instant=at(14, 9))
    after = event_step("after", 60, anchor="slip", track=Track.SLIP)

    found = plan(content(after), state(first, second, planned_through=at(11, 8)), at(14, 10, 30))

    assert [(due.step.key, due.occurrence) for due in found.dues] == [("after", 2)]


def test_moved_quit_date_does_not_bring_a_decided_step_again() -> None:
    steps = (day_step("sent", -3), day_step("open", -2))
    moved = AnchorAt("quit_date", 1, day=QUIT_DAY + timedelta(days=5))
    replanned = state(moved, decided=frozenset({("sent", 1)}))

    found = plan(content(*steps), replanned, at(20, 12))

    assert [due.step.key for due in found.dues] == ["open"]


def test_best_slot_follows_the_persons_choice() -> None:
    found = plan(content(day_step("q", 0, "best")), state(QUIT, slot="evening"), at(10, 19))

    assert found.dues[0].due_at.hour == 18


def test_valid_until_never_passes_the_end_of_the_hours() -> None:
    step = day_step("q", 0, "evening", shelf=timedelta(hours=12))

    found = plan(content(step), state(QUIT), at(10, 18, 45))

    assert found.dues[0].valid_until == at(10, 20, 30)


def test_due_between_names_every_step_since_the_start() -> None:
    steps = (day_step("past", -14), day_step("a", -3), day_step("b", 0), day_step("later", 5))

    found = set(due_between(content(*steps), state(QUIT), at(12, 12)))

    assert found == {("a", 1), ("b", 1)}
