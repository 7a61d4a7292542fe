"""Every zone's clock changes of 2024-2030 against windows: one text for each local date, none in
quiet hours. A sample here; all of them with HYPOTHESIS_PROFILE=long."""

import os
import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from campaigns.rules import LateRule
from campaigns.schedule import Span, is_allowed, local_day
from enrolment.journey import plan
from enrolment.state import AnchorAt, Due, State, Verdict
from tests.chaos import figures
from tests.contents import content, day_step
from tests.states import state

SAMPLE = 120
#: (allowed hours, slot): by day, and where clocks are changed, at night.
WINDOWS = (
    (Span(time(8), time(20, 30)), Span(time(8), time(8, 25))),
    (Span(time(8), time(20, 30)), Span(time(20, 5), time(20, 20))),
    (Span(time(0), time(6)), Span(time(2), time(2, 30))),
    (Span(time(0), time(6)), Span(time(0), time(0, 40))),
    (Span(time(1), time(5)), Span(time(1, 30), time(3, 30))),
    (Span(time(22), time(23, 59)), Span(time(23), time(23, 50))),
)


@cache
def clock_changes() -> list[tuple[str, date]]:
    """(zone, local date before which the offset was another) over seven years."""
    found = []
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        before = None
        for days in range(7 * 366):
            moment = datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=days)
            offset = moment.astimezone(zone).utcoffset()
            if before is not None and offset != before:
                found.append((name, local_day(moment, zone)))
            before = offset
    return found


def cases() -> list[tuple[str, date, tuple[Span, Span]]]:
    every = [(zone, day, window) for zone, day in clock_changes() for window in WINDOWS]
    if os.environ.get("HYPOTHESIS_PROFILE") == "long":
        return every
    return random.Random(1).sample(every, SAMPLE)


def dues_around(zone: str, change: date, hours: Span, slot: Span) -> list[Due]:
    """A text a day for the five days around the change, ticked every forty minutes."""
    first = change - timedelta(days=2)
    rules = content(
        *(day_step(f"day.{day}", day, "only", late=LateRule.NEXT_WINDOW) for day in range(5)),
        hours=hours,
        slots={"only": slot},
        default_slot="only",
    )
    start = datetime.combine(first, time.min, ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=1)
    person: State = state(
        AnchorAt("quit_date", 1, day=first),
        zone=zone,
        seed=change.toordinal(),
        planned_from=start,
        planned_through=start - timedelta(microseconds=1),
    )
    dues: list[Due] = []
    now = start
    for _ in range(6 * 36):
        now += timedelta(minutes=40)
        found = plan(rules, person, now)
        dues += found.dues
        person = person._replace(planned_through=now, load=found.load)
    return dues


@pytest.mark.slow
def test_one_text_for_each_local_date_and_none_in_quiet_hours() -> None:
    figures.tell("R9", zones=len(available_timezones()), changes_of_clocks=len(cases()))
    for zone, change, (hours, slot) in cases():
        dues = dues_around(zone, change, hours, slot)
        first = change - timedelta(days=2)
        place = f"{zone} {change} {hours}"

        assert [due.local_date for due in dues] == [
            first + timedelta(days=day) for day in range(5)
        ], place
        for due in dues:
            leaves = max(due.not_before, due.due_at)
            assert due.verdict is Verdict.QUEUED, place
            assert is_allowed(leaves, hours, ZoneInfo(zone)), place
            assert leaves < due.valid_until, place
