"""The journey under any zone, clock change, tick times and anchor: its two promises.

Never two decisions for one step, attempt and occurrence, nor two texts of one step on one local
date; nothing outside the allowed hours. And ticking often or seldom names the same steps.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from campaigns.content import Content
from campaigns.rules import (
    LateRule,
    Track,
)
from campaigns.schedule import Span, is_allowed
from enrolment.journey import plan
from enrolment.state import AnchorAt, Due, State, Verdict
from tests.contents import content, day_step, event_step

ZONES = st.sampled_from(
    sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc", "posix", "right"))
    )
)
LATE = st.sampled_from(list(LateRule))


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Hours and slots anywhere in the day, so that clock changes fall into them."""
    start = draw(st.integers(0, 20 * 60))
    end = draw(st.integers(start + 30, 24 * 60 - 1))
    hours = Span(_wall(start), _wall(end))
    slots = {}
    for name in ("morning", "evening"):
        slot_start = draw(st.integers(start, end - 1))
        slots[name] = Span(_wall(slot_start), _wall(draw(st.integers(slot_start + 1, end))))
    steps = [
        day_step(
            f"d{day}.{slot}",
            day,
            slot,
            late=draw(LATE),
            shelf=timedelta(hours=draw(st.integers(1, 30))),
        )
        for day in draw(st.sets(st.integers(-3, 6), max_size=6))
        for slot in draw(st.sets(st.sampled_from(["morning", "evening"]), min_size=1))
    ]
    steps += [event_step("w1", 1), event_step("w2", 400)]
    steps += [event_step("s1", 180, anchor="slip", track=Track.SLIP)]
    return content(*steps, hours=hours, slots=slots, default_slot="morning")


@st.composite
def states(draw: st.DrawFn) -> State:
    """Enrolled around a date on which many zones change their clocks."""
    day = draw(
        st.sampled_from([date(2026, 3, 27), date(2026, 10, 23), date(2026, 3, 6), date(2026, 4, 3)])
    )
    started = datetime.combine(day, time(), tzinfo=UTC) + timedelta(
        minutes=draw(st.integers(0, 2880))
    )
    anchors = [AnchorAt("enrolment", 1, instant=started)]
    anchors.append(AnchorAt("quit_date", 1, day=day + timedelta(days=draw(st.integers(0, 4)))))
    if draw(st.booleans()):
        anchors.append(
            AnchorAt("slip", 1, instant=started + timedelta(hours=draw(st.integers(1, 100))))
        )
    return State(
        enrolment_id=1,
        attempt=1,
        seed=draw(st.integers(0, 2**31)),
        zone=draw(ZONES),
        slot="",
        planned_from=started,
        planned_through=started - timedelta(microseconds=1),
        anchors=tuple(anchors),
    )


GAPS = st.lists(st.integers(5, 2000), min_size=1, max_size=30)


def _wall(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def run(rules: Content, state: State, gaps: list[int]) -> list[Due]:
    """Ticks after each gap of minutes, as the planner does: state carries on, nothing else."""
    now, dues = state.planned_from, list[Due]()
    for gap in gaps:
        now += timedelta(minutes=gap)
        found = plan(rules, state, now)
        dues += found.dues
        state = State(
            **{
                **{name: getattr(state, name) for name in State.__slots__},
                "planned_through": now,
            }
        )
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
    zone = ZoneInfo(state.zone)

    for due in run(rules, state, gaps):
        if due.verdict is Verdict.QUEUED:
            assert is_allowed(due.not_before, rules.hours, zone)
            assert due.not_before <= due.valid_until
            assert is_allowed(due.valid_until - timedelta(microseconds=1), rules.hours, zone)


@given(contents(), states(), GAPS)
def test_ticking_often_or_seldom_names_the_same_steps(
    rules: Content, state: State, gaps: list[int]
) -> None:
    often = {(due.step.key, due.occurrence, due.due_at) for due in run(rules, state, gaps)}
    once = {(due.step.key, due.occurrence, due.due_at) for due in run(rules, state, [sum(gaps)])}

    assert often == once


@given(contents(), states(), st.integers(0, 20_000))
def test_looking_again_when_told_misses_nothing(rules: Content, state: State, minutes: int) -> None:
    """`next_due_at` is never later than the first step that comes due after `now`."""
    now = state.planned_from + timedelta(minutes=minutes)
    told = plan(rules, state, now).next_due_at
    later = State(
        **{
            **{name: getattr(state, name) for name in State.__slots__},
            "planned_through": now,
        }
    )

    rest = plan(rules, later, now + timedelta(days=40)).dues

    assert told == (min(due.due_at for due in rest) if rest else None)


@given(contents(), states())
def test_each_day_step_has_one_local_date(rules: Content, state: State) -> None:
    dues = plan(rules, state, state.planned_from + timedelta(days=40)).dues

    dates = [(due.step.key, due.occurrence, due.local_date) for due in dues]
    assert len(dates) == len(set(dates))
