"""The journey under any zone, clock change, dose, cap, path, pause and tick times: its promises.

Never two decisions for one step, attempt and occurrence, nor two texts of one step on one local
date; nothing outside the allowed hours; gap and caps kept; late texts one a day; every silence
with its reason. And ticking often or seldom names the same steps.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaigns.content import Content
from campaigns.rules import Priority, entry_anchor
from campaigns.schedule import is_allowed, local_day
from enrolment.coming import hours_of
from enrolment.journey import due_between, due_until, plan
from enrolment.state import AnchorAt, Due, Plan, Reason, State, Verdict
from tests.properties.journeys import GAPS, contents, states


def after(state: State, found: Plan, content: Content) -> State:
    """What the planner writes, and reads at the next tick."""
    anchors = state.anchors
    for entry in found.entries:
        anchors = tuple(
            anchor._replace(until=entry.at)
            if anchor.kind.startswith("stage.") and anchor.until is None
            else anchor
            for anchor in anchors
        )
        entered = AnchorAt(entry_anchor(entry.stage), entry.occurrence, instant=entry.at)
        anchors = (*anchors, entered)
    # A tick ends a pause: whatever came due in it has been decided.
    return state._replace(
        anchors=anchors,
        planned_through=found.planned_through,
        load=found.load,
        paused_at=None,
    )


def run(rules: Content, state: State, gaps: list[int]) -> list[Due]:
    """Ticks after each gap of minutes, as the planner does: state carries on, nothing else."""
    now, dues = state.planned_from, list[Due]()
    for gap in gaps:
        now += timedelta(minutes=gap)
        found = plan(rules, state, now)
        dues += found.dues
        state = after(state, found, rules)
    return dues


@given(contents(), states(), GAPS)
def test_no_step_is_decided_twice(rules: Content, state: State, gaps: list[int]) -> None:
    dues = run(rules, state, gaps)

    keys = [(due.step.key, due.occurrence) for due in dues]
    assert len(keys) == len(set(keys))


@given(contents(), states(), GAPS)
def test_what_is_queued_lies_in_the_allowed_hours(
    rules: Content, state: State, gaps: list[int]
) -> None:
    zone, hours = ZoneInfo(state.zone), hours_of(rules, state)

    for due in run(rules, state, gaps):
        if due.verdict is Verdict.QUEUED:
            assert due.text_key
            assert is_allowed(due.not_before, hours, zone)
            assert due.not_before <= due.valid_until
            assert is_allowed(due.valid_until - timedelta(microseconds=1), hours, zone)
        else:
            assert due.reason is not Reason.NONE


@given(contents(), states(), GAPS)
def test_ticking_often_or_seldom_names_the_same_steps(
    rules: Content, state: State, gaps: list[int]
) -> None:
    often = {(due.step.key, due.occurrence, due.due_at) for due in run(rules, state, gaps)}
    once = {(due.step.key, due.occurrence, due.due_at) for due in run(rules, state, [sum(gaps)])}

    assert often == once


@given(contents(), states(), st.integers(0, 20_000))
def test_looking_again_when_told_misses_nothing(rules: Content, state: State, minutes: int) -> None:
    """`next_due_at` is the next step that comes due after `now`, or a stage entered before it."""
    now = state.planned_from + timedelta(minutes=minutes)
    found = plan(rules, state, now)
    later = after(state, found, rules)

    rest = plan(rules, later, now + timedelta(days=40))

    ahead = [due.due_at for due in rest.dues] + [entry.at for entry in rest.entries]
    assert found.next_due_at == min(ahead, default=None)


@given(contents(), states())
def test_each_day_step_has_one_local_date(rules: Content, state: State) -> None:
    dues = plan(rules, state, state.planned_from + timedelta(days=40)).dues

    dates = [(due.step.key, due.occurrence, due.local_date) for due in dues]
    assert len(dates) == len(set(dates))


@given(contents(), states(), GAPS)
def test_the_audit_and_the_forecast_name_what_the_ticks_decided(
    rules: Content, state: State, gaps: list[int]
) -> None:
    until = state.planned_from + timedelta(minutes=sum(gaps))
    dues = run(rules, state, gaps)

    assert sorted(due_between(rules, state, until)) == sorted(
        (due.step.key, due.occurrence) for due in dues
    )
    assert sorted(
        (moment, step.key, occurrence)
        for moment, step, occurrence in due_until(rules, state, until)
    ) == sorted((due.due_at, due.step.key, due.occurrence) for due in dues)


def leaves(rules: Content, state: State, gaps: list[int]) -> list[tuple[datetime, Priority]]:
    """When each text counted on the number leaves, in order."""
    now, found = state.planned_from, list[tuple[datetime, Priority]]()
    for gap in gaps:
        now += timedelta(minutes=gap)
        planned = plan(rules, state, now)
        found += [
            (max(due.not_before, now), due.step.priority)
            for due in planned.dues
            if due.verdict is Verdict.QUEUED and due.step.priority is not Priority.REPLY
        ]
        state = after(state, planned, rules)
    return sorted(found)


@given(contents(), states(), GAPS)
def test_the_gap_is_kept(rules: Content, state: State, gaps: list[int]) -> None:
    sent = leaves(rules, state, gaps)

    for (earlier, _), (later, _) in pairwise(sent):
        assert later - earlier >= rules.min_gap


@given(contents(), states(), GAPS)
def test_the_caps_are_kept_by_all_but_assessments(
    rules: Content, state: State, gaps: list[int]
) -> None:
    zone, caps = ZoneInfo(state.zone), rules.caps
    days = [
        local_day(at, zone)
        for at, priority in leaves(rules, state, gaps)
        if priority is not Priority.ASSESSMENT
    ]

    for day in days:
        assert caps.day is None or days.count(day) <= caps.day
        week = sum(0 <= (day - other).days < 7 for other in days)
        assert caps.week is None or week <= caps.week


@given(contents(), states(), GAPS)
def test_of_late_texts_at_most_one_a_day_is_caught_up_in_a_tick(
    rules: Content, state: State, gaps: list[int]
) -> None:
    zone, now = ZoneInfo(state.zone), state.planned_from
    for gap in gaps:
        now += timedelta(minutes=gap)
        found = plan(rules, state, now)
        days = [
            local_day(max(due.not_before, now), zone)
            for due in found.dues
            if due.verdict is Verdict.QUEUED
            and due.reason is Reason.LATE
            and due.step.priority is not Priority.REPLY
        ]
        assert len(days) == len(set(days))
        state = after(state, found, rules)
