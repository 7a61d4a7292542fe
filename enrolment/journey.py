"""The first pure heart: content, one enrolment's state and an instant -> what is now due.

The tick, rehearsal, forecast, impact preview, the ledger audit and the property tests all call
this; nothing else decides what a person gets. What lies before the attempt's start never came due:
a late joiner starts at her own offset.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from campaigns.content import Content
from campaigns.rules import Priority
from campaigns.trial_values import DrawKind
from enrolment.coming import Coming, Found, anchors_in, hand_over, next_hand_over
from enrolment.deciding import Deciding
from enrolment.reminding import is_overtaken, next_reminder, reminder
from enrolment.state import JUST_BEFORE, Due, Plan, Redrawn, State

NEVER = datetime.max.replace(tzinfo=UTC)


def plan(content: Content, state: State, now: datetime) -> Plan:
    """Everything due in (planned_through, now], oldest first, and when to look again."""
    entries, anchors = hand_over(content, anchors_in(content, state), now)
    look = Coming(content, state, anchors, now)
    through = state.planned_through
    near = [found for found in look.between(through, now) if found[0] > through]
    asked = reminder(look) if state.question else None
    if asked is not None and asked[0] > through:
        near.append(asked)
    if state.decided:
        near = [found for found in near if (found[1].key, found[2]) not in state.decided]
    ripe = [found for found in near if found[0] <= now]
    if len(ripe) > 1:
        ripe.sort(key=_by_time)
    waits: list[Found] = []
    if state.elsewhere_until is not None:
        waits = [found for found in ripe if _must_wait(state, found, now)]
        ripe = [found for found in ripe if found not in waits]
    if asked is not None:
        ripe = [found for found in ripe if not is_overtaken(found, ripe)]
    dues: tuple[Due, ...] = ()
    load = state.load
    redrawn: tuple[Redrawn, ...] = ()
    if ripe:
        deciding = _deciding(look, near, ripe)
        dues, load = _decide(deciding, ripe), deciding.load
        redrawn = tuple(deciding.redrawn)
    next_due_at = _next_due(look, near)
    if content.reminders and (remind_at := next_reminder(look, dues, asked)) is not None:
        next_due_at = min(remind_at, next_due_at or NEVER)
    through = now
    if waits:
        through = waits[0][0] - JUST_BEFORE
        next_due_at = min(_end_of_wait(state, waits, now), next_due_at or NEVER)
    return Plan(dues, next_due_at, through, load, entries, waiting=bool(waits), redrawn=redrawn)


def due_between(content: Content, state: State, until: datetime) -> Iterator[tuple[str, int]]:
    """(step key, occurrence) of every step that has come due since `state.planned_from`."""
    _, anchors = hand_over(content, anchors_in(content, state), until)
    look = Coming(content, state, anchors, until)
    asked = reminder(look)
    for moment, step, occurrence in (
        *look.between(state.planned_from, until),
        *(() if asked is None else (asked,)),
    ):
        if state.planned_from <= moment <= until:
            yield step.key, occurrence


def due_until(content: Content, state: State, until: datetime) -> Iterator[Found]:
    """(when, step, occurrence) of all still to come due up to `until`, if nothing happens on the
    way: no answer, no slip, no new date. Conditions are not asked."""
    _, anchors = hand_over(content, anchors_in(content, state), until)
    look = Coming(content, state, anchors, until)
    for found in look.between(state.planned_through, until):
        if (
            state.planned_through < found[0] <= until
            and (found[1].key, found[2]) not in state.decided
        ):
            yield found


def _next_due(look: Coming, near: list[Found]) -> datetime | None:
    """Later days are looked at only when nothing more comes today."""
    now = look.now
    soon = min([found[0] for found in near if found[0] > now], default=None)
    if soon is None or look.day_of(soon) > look.today:
        later = look.next_after_today()
        soon = later if soon is None else min(soon, later or NEVER)
    handing = next_hand_over(look.content, look.anchors, now)
    return soon if handing is None else min(handing, soon or NEVER)


def _deciding(look: Coming, near: list[Found], ripe: list[Found]) -> Deciding:
    deciding = Deciding(look, newest=ripe[-1][0])
    most = look.content.caps.day
    # What is still to come can only matter where it could fill the day.
    if most is not None and look.state.load.on(look.today) + len(near) >= most:
        deciding.reserved = _reserved(deciding, near)
    return deciding


def _decide(deciding: Deciding, ripe: list[Found]) -> tuple[Due, ...]:
    """Assessments take their room first. Of late texts the newest comes, for one a day does. An arm
    drawn now is known to all that is decided now."""
    if len(ripe) == 1:
        moment, step, occurrence = ripe[0]
        return (deciding.decide(step, occurrence, moment),)

    def turn(found: Found) -> tuple[bool, bool, int, float]:
        moment, step, _ = found
        draws = step.draw is not None and step.draw.kind is DrawKind.AGAIN
        late = deciding.is_late(step, moment)
        time = moment.timestamp()
        return not draws, late, step.priority.rank, -time if late else time

    dues = [
        deciding.decide(step, occurrence, moment)
        for moment, step, occurrence in sorted(ripe, key=turn)
    ]
    return tuple(sorted(dues, key=lambda due: (due.due_at, due.step.key, due.occurrence)))


def _reserved(deciding: Deciding, near: list[Found]) -> Mapping[date, int]:
    days: dict[date, int] = {}
    assessment = Priority.ASSESSMENT
    for moment, step, _ in near:
        if step.priority is assessment and moment > deciding.now:
            day = deciding.look.day_of(moment)
            if deciding.holds(step, moment, day):
                days[day] = days.get(day, 0) + 1
    return days


def _by_time(found: Found) -> tuple[datetime, str, int]:
    return found[0], found[1].key, found[2]


def _must_wait(state: State, found: Found, now: datetime) -> bool:
    """A question waits for another campaign's open one, as long as it is worth asking."""
    moment, step, _ = found
    return (
        bool(step.question)
        and state.elsewhere_until is not None
        and now < state.elsewhere_until
        and now <= moment + step.shelf
    )


def _end_of_wait(state: State, waits: list[Found], now: datetime) -> datetime:
    assert state.elsewhere_until is not None
    ends = min(moment + step.shelf for moment, step, _ in waits) + JUST_BEFORE
    return max(min(state.elsewhere_until, ends), now + JUST_BEFORE)
