"""The calendar shows what the journey brings: each step on the day and at the hour it comes due."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaigns.content import Content
from campaigns.journey_calendar import at_words, lanes
from enrolment.journey import due_until
from enrolment.state import AnchorAt
from tests.properties.journeys import contents
from tests.states import state

LONDON = ZoneInfo("Europe/London")
#: A Monday after which no clock changes and no day is off for months.
QUIT = date(2026, 11, 9)
LONG_BEFORE = datetime(2026, 10, 26, tzinfo=UTC)


def on_the_calendar(content: Content, dose: str) -> Counter[tuple[str, int]]:
    """(key, days from the quit date) of every tile."""
    found = lanes(content, stages={}, dose=dose, language="en")
    return Counter(
        (tile.key, day.offset)
        for lane in found
        if lane.anchor == "quit_date"
        for week in lane.weeks
        for day in week.days
        for tile in day.tiles
    )


def in_the_journey(content: Content, dose: str) -> Counter[tuple[str, int]]:
    person = state(
        AnchorAt("quit_date", 1, day=QUIT),
        profile=dose,
        planned_from=LONG_BEFORE,
        planned_through=LONG_BEFORE,
    )
    until = datetime(2026, 12, 20, tzinfo=UTC)
    return Counter(
        (step.key, (moment.astimezone(LONDON).date() - QUIT).days)
        for moment, step, _ in due_until(content, person, until)
        if step.anchor == "quit_date"
    )


@given(contents(), st.sampled_from(["light", "full"]))
def test_calendar_has_what_the_journey_brings_on_the_day_it_comes(
    content: Content, dose: str
) -> None:
    kept = on_the_calendar(content, dose)
    lived = in_the_journey(content, dose)

    assert sum(kept.values()) == sum(lived.values())
    moving = {step.key for step in content.steps if step.avoid}
    for key, offset in lived:
        # What moves off days off stands on its own day, and says that it moves.
        if key not in moving:
            assert (key, offset) in kept


@given(contents(), st.sampled_from(["light", "full"]))
def test_no_text_comes_before_the_hour_its_tile_says(content: Content, dose: str) -> None:
    person = state(
        AnchorAt("quit_date", 1, day=QUIT),
        profile=dose,
        planned_from=LONG_BEFORE,
        planned_through=LONG_BEFORE,
    )
    for moment, step, _ in due_until(content, person, LONG_BEFORE + timedelta(days=60)):
        if step.day is not None and step.anchor == "quit_date" and not step.avoid:
            assert f"{moment.astimezone(LONDON):%H:%M}" >= at_words(content, step)
