"""Random contents and people for properties of the journey, clock changes and all."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

from campaigns.content import Content
from campaigns.rules import Caps, LateRule, Priority, ProfileRule, StageRule, StepRule, Track
from campaigns.schedule import Avoid, DaysOff, Span
from enrolment.state import AnchorAt, State
from tests.contents import content, day_step, event_step

ZONES = st.sampled_from(
    sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc", "posix", "right"))
    )
)
#: Dates around which many zones change their clocks.
DAYS = st.sampled_from([date(2026, 3, 27), date(2026, 10, 23), date(2026, 3, 6), date(2026, 4, 3)])
GAPS = st.lists(st.integers(5, 2000), min_size=1, max_size=30)
DOSES = {"light": ProfileRule(more="full"), "full": ProfileRule(less="light")}
STAGES = {
    "relapse": StageRule("relapse", "entry", Track.PATH, timedelta(days=2), "not_ready"),
    "not_ready": StageRule("not_ready", "entry", Track.PATH),
}


def wall(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


@st.composite
def spans(draw: st.DrawFn, start: int, end: int) -> Span:
    first = draw(st.integers(start, end - 1))
    return Span(wall(first), wall(draw(st.integers(first + 1, end))))


@st.composite
def day_steps(draw: st.DrawFn, day: int, slot: str) -> StepRule:
    priority = draw(st.sampled_from(list(Priority)))
    return day_step(
        f"d{day}.{slot}",
        day,
        slot,
        late=draw(st.sampled_from(list(LateRule))),
        shelf=timedelta(hours=draw(st.integers(1, 30))),
        priority=priority,
        question="smoked" if priority is Priority.ASSESSMENT else "",
        profiles=draw(st.sampled_from([frozenset(), frozenset({"full"})])),
        avoid=draw(st.sampled_from([frozenset(), frozenset(Avoid)])),
        track=draw(st.sampled_from([Track.CORE, Track.CORE, Track.OUTCOME])),
    )


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Hours and slots anywhere in the day, so that clock changes fall into them."""
    start = draw(st.integers(0, 20 * 60))
    end = draw(st.integers(start + 30, 24 * 60 - 1))
    slots = {name: draw(spans(start, end)) for name in ("morning", "evening")}
    steps = [
        draw(day_steps(day, slot))
        for day in draw(st.sets(st.integers(-3, 6), max_size=6))
        for slot in draw(st.sets(st.sampled_from(["morning", "evening"]), min_size=1))
    ]
    steps += [event_step("w1", 1, priority=Priority.REPLY), event_step("w2", 400)]
    steps += [event_step("s1", 180, anchor="slip", track=Track.SLIP)]
    steps += [event_step("p1", 60, anchor="stage.relapse", track=Track.PATH)]
    steps += [day_step("p2", 1, anchor="stage.not_ready", track=Track.PATH)]
    return content(
        *steps,
        hours=Span(wall(start), wall(end)),
        slots=slots,
        default_slot="morning",
        stages=STAGES,
        profiles=DOSES,
        default_profile="full",
        min_gap=timedelta(minutes=draw(st.sampled_from([0, 0, 30, 120]))),
        caps=Caps(draw(st.sampled_from([None, 1, 2])), draw(st.sampled_from([None, 3, 5]))),
        silent=draw(st.sampled_from([None, timedelta(days=3)])),
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    day = draw(DAYS)
    started = datetime.combine(day, time(), tzinfo=UTC) + timedelta(
        minutes=draw(st.integers(0, 2880))
    )

    def sometime() -> datetime:
        return started + timedelta(hours=draw(st.integers(1, 100)))

    anchors = [AnchorAt("enrolment", 1, instant=started)]
    anchors.append(AnchorAt("quit_date", 1, day=day + timedelta(days=draw(st.integers(0, 4)))))
    if draw(st.booleans()):
        anchors.append(AnchorAt("slip", 1, instant=sometime()))
    if draw(st.booleans()):
        entered, left = sorted((sometime(), sometime()))
        until = draw(st.sampled_from([None, left]))
        anchors.append(AnchorAt("stage.relapse", 1, instant=entered, until=until))
    return State(
        enrolment_id=1,
        attempt=1,
        seed=draw(st.integers(0, 2**31)),
        zone=draw(ZONES),
        slot="",
        planned_from=started,
        planned_through=started - timedelta(microseconds=1),
        anchors=tuple(anchors),
        profile=draw(st.sampled_from(["", "light", "full"])),
        own_hours=draw(st.none() | spans(0, 24 * 60 - 1)),
        days_off=DaysOff(holidays=frozenset({day + timedelta(days=2)})),
        paused_at=draw(st.none() | st.just(started + timedelta(hours=30))),
        rest_until=draw(st.none() | st.just(started + timedelta(hours=20))),
        heard=1,
        heard_at=started,
    )
