"""Two contents and one person: what is lost, gained, moved; without a database."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.content import Content
from campaigns.rules import BEST_SLOT, ProfileRule, StepRule
from campaigns.schedule import Avoid, Span
from enrolment import journey
from enrolment.impact_figures import (
    Figure,
    Priced,
    Share,
    longest,
    only_what_differs,
    people_figure,
    share_of,
    sum_figure,
)
from enrolment.state import State
from tests.contents import SLOTS, content, day_step
from tests.states import QUIT, at, state

NOW = at(10, 12)
UNTIL = NOW + timedelta(days=90)
PERSON = state(QUIT, planned_through=NOW - timedelta(hours=1))
TEXTS = {(f"day.{day}", "en"): "Short." for day in range(30)}


def version(*steps: StepRule, **texts: str) -> Content:
    worded = {(key.replace("_", "."), "en"): body for key, body in texts.items()}
    return content(*steps, texts=TEXTS | worded)


def share(old: Content, new: Content, person: State = PERSON) -> Share:
    return share_of(person, Priced(old), Priced(new), person, NOW, UNTIL)


ONE, TWO = day_step("day.1", 1), day_step("day.2", 2)


def test_step_gone_is_lost_and_new_one_gained() -> None:
    assert share(version(ONE), version(TWO)) == Share(loses=True, gains=True)


def test_step_on_another_day_is_neither_lost_nor_gained() -> None:
    later = day_step("day.1", 5)

    assert share(version(ONE), version(later)) == Share(other_day=True)


def test_step_brought_forward_to_today_comes_today() -> None:
    tonight = day_step("day.1", 0, "evening")

    assert share(version(ONE), version(tonight)) == Share(other_day=True, today=True)


def test_step_that_comes_today_in_both_is_no_news() -> None:
    tonight = day_step("day.1", 0, "evening")

    assert not share(version(tonight), version(tonight)).today


def test_longer_text_costs_segments() -> None:
    assert share(version(ONE), version(ONE, day_1="n" * 161)) == Share(segments=1)


def test_decided_step_is_not_foreseen_again() -> None:
    person = PERSON._replace(decided=frozenset({("day.1", 1)}))

    assert share(version(ONE), version(), person) == Share()


def test_longest_counts_a_placeholder_at_its_full_length() -> None:
    wording = version(day_1="{{ first_name }}" + "n" * 141).texts["day.1", "en"]

    assert longest(wording) == 2


def test_only_what_differs_is_looked_at() -> None:
    third = day_step("day.3", 3)
    old, new = only_what_differs(
        version(ONE, TWO, third), version(ONE, day_step("day.2", 4), third, day_3="Other.")
    )

    assert [step.key for step in old.steps] == ["day.2", "day.3"]
    assert [step.key for step in new.steps] == ["day.2", "day.3"]


@pytest.mark.parametrize(
    "changes",
    [{"hours": Span(time(9), time(20))}, {"default_language": "nb"}, {"default_slot": "evening"}],
)
def test_step_touched_by_the_frame_is_looked_at(changes: dict[str, Any]) -> None:
    old = version(day_step("day.1", 1, BEST_SLOT))

    _, new = only_what_differs(old, replace(old, **changes))

    assert [step.key for step in new.steps] == ["day.1"]


STEPS = st.lists(
    st.builds(
        day_step,
        st.sampled_from([f"day.{day}" for day in range(6)]),
        st.integers(-3, 20),
        st.sampled_from(["morning", "midday", "evening", BEST_SLOT]),
        profiles=st.sampled_from([frozenset(), frozenset({"light"})]),
        avoid=st.sampled_from([frozenset(), frozenset({Avoid.WEEKENDS})]),
    ),
    max_size=6,
    unique_by=lambda step: step.key,
)


#: What else of a version may change: a slot, the usual slot, the hours, the doses.
FRAMES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {"slots": {**SLOTS, "midday": Span(time(13), time(13, 30))}},
        {"default_slot": "evening"},
        {"hours": Span(time(8), time(18, 15))},
        {"profiles": {"light": ProfileRule()}, "default_profile": "light"},
    ]
)


@given(before=STEPS, after=STEPS, hours=st.integers(0, 400), frame=FRAMES)
def test_leaving_out_what_is_the_same_changes_no_figure(
    before: list[StepRule], after: list[StepRule], hours: int, frame: dict[str, Any]
) -> None:
    now = at(1, 12) + timedelta(hours=hours)
    old, new = version(*before), replace(version(*after), **frame)
    decided = frozenset(journey.due_between(old, state(QUIT), now))
    person = state(QUIT, planned_through=now, decided=decided)
    whole = share_of(person, Priced(old), Priced(new), person, now, UNTIL)

    less_old, less_new = only_what_differs(old, new)

    assert share_of(person, Priced(less_old), Priced(less_new), person, now, UNTIL) == whole


def test_wilson_interval_is_the_published_one() -> None:
    """15 of 148: 0.0624 to 0.1605 (Newcombe, Statistics in Medicine 17, 1998, method 3)."""
    found = people_figure(15, 148, 1_000_000)

    assert found.low == pytest.approx(62_400, abs=100)
    assert found.high == pytest.approx(160_500, abs=100)


@given(asked=st.integers(1, 500), people=st.integers(501, 10**6), share=st.floats(0, 1))
def test_interval_holds_its_estimate_within_the_people(
    asked: int, people: int, share: float
) -> None:
    found = people_figure(round(share * asked), asked, people)

    assert 0 <= found.low <= found.value <= found.high <= people


def test_interval_of_everyone_is_the_figure_itself() -> None:
    assert people_figure(3, 7, 7) == Figure(3, 3, 3)
    assert people_figure(0, 0, 0) == Figure(0, 0, 0)


def test_sum_is_exact_for_everyone_and_has_an_interval_for_some() -> None:
    assert sum_figure([1, 2, 3], 3) == Figure(6, 6, 6)
    found = sum_figure([1, 2, 3], 300)
    assert found.value == 600
    assert found.low < 600 < found.high
