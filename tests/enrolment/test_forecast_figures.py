"""What is still to come for one person, and the sums of many."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.content import Content
from campaigns.rules import Caps, Priority, StageRule, Track
from enrolment.forecast_chart import chart
from enrolment.forecast_figures import (
    Figure,
    Tally,
    Text,
    by_month,
    coming_texts,
    spent_on,
)
from enrolment.forecast_sizes import Size, Sizes
from enrolment.load import NO_LOAD
from enrolment.state import AnchorAt, State
from tests.contents import content, day_step
from tests.states import JOINED, QUIT, at, entered, state

UNTIL = JOINED + timedelta(days=90)


def texts_of(rules: Content, person: State, **more: Any) -> list[Text]:
    return coming_texts(Sizes(rules), person, now=JOINED, until=UNTIL, **more)


def figure(day: date, segments: int = 1) -> Figure:
    return Figure(day, segments, segments, segments)


def text(day: int, segments: int = 1) -> Text:
    return Text(
        date(2026, 12, day), at(day, 9), Priority.CORE, Size(usual=segments, most=segments + 1)
    )


def test_texts_fall_on_the_persons_local_day() -> None:
    rules = content(day_step("day.1", 1))

    (found,) = texts_of(rules, state(QUIT, zone="Pacific/Auckland"))

    assert found.day == date(2026, 12, 11)
    assert found.at.date() == date(2026, 12, 10)


def test_overdue_text_counts_today() -> None:
    rules = content(day_step("day.1", 1))
    late = JOINED + timedelta(days=12)

    (found,) = coming_texts(Sizes(rules), state(QUIT), now=late, until=UNTIL)

    assert found.day == date(2026, 12, 13)


def test_day_cap_takes_the_later_text_and_never_an_assessment() -> None:
    rules = content(
        day_step("a", 1, "morning"),
        day_step("b", 1, "midday"),
        day_step("ask", 1, "evening", priority=Priority.ASSESSMENT, question="smoked"),
        caps=Caps(day=2),
    )

    found = texts_of(rules, state(QUIT))

    assert [one.priority for one in found] == [Priority.ASSESSMENT, Priority.CORE]
    assert found[1].at.hour == 9


def test_cap_counts_what_the_number_got_today() -> None:
    rules = content(day_step("a", -9, "evening"), caps=Caps(day=1))
    full = NO_LOAD.plus(JOINED.date(), JOINED)

    assert len(texts_of(rules, state(QUIT))) == 1
    assert texts_of(rules, state(QUIT, load=full)) == []


def test_week_cap_lets_the_eighth_day_in() -> None:
    rules = content(*(day_step(f"d{day}", day) for day in range(9)), caps=Caps(week=2))

    days = [one.day.day - 10 for one in texts_of(rules, state(QUIT))]

    assert days == [0, 1, 7, 8]


def test_paused_person_counts_from_the_pauses_end() -> None:
    rules = content(day_step("a", 1), day_step("b", 5))
    paused = state(QUIT, paused_at=at(5, 12))

    assert texts_of(rules, paused) == []
    assert [one.day.day for one in texts_of(rules, paused, resumes_at=at(12, 12))] == [15]


def test_path_and_slip_take_the_place_of_other_steps() -> None:
    rules = content(
        day_step("core", 1),
        day_step("survey", 1, "evening", track=Track.OUTCOME),
        stages={"not_ready": StageRule("not_ready", "entry", Track.PATH)},
    )
    slip = AnchorAt("slip", 1, instant=at(10, 12))

    on_path = texts_of(rules, state(QUIT, entered("not_ready", at(1, 12))))
    left_it = texts_of(rules, state(QUIT, entered("not_ready", at(1, 12), at(5, 12))))
    slipped = texts_of(rules, state(QUIT, slip))

    assert [one.at.hour for one in on_path] == [18]
    assert [one.at.hour for one in left_it] == [9, 18]
    assert [one.at.hour for one in slipped] == [18]


def test_tally_counts_by_day_and_drops_what_lies_beyond() -> None:
    tally = Tally(date(2026, 12, 1), 3)

    tally.add([text(1, 2), text(1), text(3), text(4)])
    tally.add([text(1)])

    found = [(day.messages, day.segments, day.most_segments) for day in tally.figures(2)]
    assert found == [(3, 4, 7), (0, 0, 0), (1, 1, 2)]
    assert tally.margin(2, "messages") == 0


def test_tally_of_a_sample_is_scaled_and_says_how_sure_it_is() -> None:
    tally = Tally(date(2026, 12, 1), 1)
    for segments in (1, 3):
        for _ in range(50):
            tally.add([text(1, segments)])

    (found,) = tally.figures(1000)

    assert (found.messages, found.segments) == (1000, 2000)
    assert tally.margin(1000, "messages") == 0
    # 1.96 x 1000 x sqrt(1.0101 / 100 x 0.9)
    assert tally.margin(1000, "segments") == 187


def test_months_are_summed() -> None:
    days = [date(2026, 12, 30) + timedelta(days=place) for place in range(4)]

    found = by_month([figure(day, place) for place, day in enumerate(days, start=1)])

    assert [(one.day, one.segments) for one in found] == [
        (date(2026, 12, 1), 3), (date(2027, 1, 1), 7)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spent", "day"),
    [
        (0, date(2027, 1, 2)),
        (7, date(2026, 12, 31)),
        (10, date(2026, 12, 30)),
        (-99, date(2027, 1, 2)),
    ],
)
def test_budget_is_spent_in_its_own_month(spent: int, day: date) -> None:
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]
    figures = [figure(day, segments) for day, segments in zip(days, (2, 2, 5, 5), strict=True)]

    found = spent_on(figures, price=Decimal(1), budget=Decimal(10), spent=Decimal(spent))

    assert found == day


def test_budget_that_lasts_has_no_day() -> None:
    days = [figure(date(2026, 12, 31), 9), figure(date(2027, 1, 1), 9)]

    assert spent_on(days, price=Decimal(1), budget=Decimal(10), spent=Decimal(0)) is None


def test_chart_draws_the_fullest_day_at_full_height() -> None:
    drawn = chart([figure(date(2026, 12, 1), 4), figure(date(2026, 12, 2), 1)])

    assert (drawn.most, drawn.width) == (4, 20)
    assert [(bar.x, bar.y, bar.height) for bar in drawn.bars] == [(0, 0, 100), (10, 75, 25)]
    assert drawn.bars[0].told == "Tue 1 Dec: 4 texts"


def test_chart_of_nothing_is_flat() -> None:
    assert [bar.height for bar in chart([figure(date(2026, 12, 1), 0)]).bars] == [0]
