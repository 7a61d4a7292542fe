"""The forecast beside the journey itself, walked from one due step to the next."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaigns.content import Content
from campaigns.rules import NO_CAPS, Priority
from campaigns.schedule import local_day
from enrolment.forecast_figures import _surely_fit, _with_room, coming_texts
from enrolment.forecast_sizes import Sizes
from enrolment.journey import plan
from enrolment.state import State, Verdict
from tests.properties.journeys import contents, states
from tests.properties.test_journey import after

SPAN = timedelta(days=12)


def walked(content: Content, state: State, until: datetime) -> Counter[date]:
    """Queued texts by local day, with a tick at the very instant each is due."""
    days: Counter[date] = Counter()
    now: datetime | None = state.planned_from
    while now is not None and now <= until:
        found = plan(content, state, now)
        for due in found.dues:
            if due.verdict is Verdict.QUEUED:
                days[local_day(due.not_before, ZoneInfo(state.zone))] += 1
        state, now = after(state, found, content), found.next_due_at
    return days


@given(contents(), states())
def test_forecast_is_what_the_journey_sends_where_nothing_is_in_its_way(
    content: Content, state: State
) -> None:
    content = replace(content, caps=NO_CAPS, min_gap=timedelta())
    state = state._replace(paused_at=None, rest_until=None)
    until = state.planned_from + SPAN

    texts = coming_texts(Sizes(content), state, now=state.planned_from, until=until)

    assert Counter(text.day for text in texts) == walked(content, state, until)


@given(contents(), states())
def test_forecast_keeps_the_caps(content: Content, state: State) -> None:
    state = state._replace(paused_at=None)
    until = state.planned_from + SPAN

    texts = coming_texts(Sizes(content), state, now=state.planned_from, until=until)

    capped = Counter(
        text.day for text in texts if text.priority not in (Priority.ASSESSMENT, Priority.REPLY)
    )
    if content.caps.day is not None:
        assert all(count <= content.caps.day for count in capped.values())
    if content.caps.week is not None:
        for day in capped:
            week = (day - timedelta(days=back) for back in range(7))
            assert sum(capped[one] for one in week) <= content.caps.week


@given(contents(), states())
def test_pause_only_takes_away(content: Content, state: State) -> None:
    content = replace(content, caps=NO_CAPS)
    now, until = state.planned_from, state.planned_from + SPAN
    free = coming_texts(Sizes(content), state._replace(paused_at=None), now=now, until=until)
    paused = state._replace(paused_at=now)
    ends = now + SPAN / 3

    found = coming_texts(Sizes(content), paused, now=now, until=until, resumes_at=ends)

    assert found == [text for text in free if text.at >= ends]
    assert coming_texts(Sizes(content), paused, now=now, until=until) == []


@given(contents(), states(), st.integers(0, 7))
def test_caps_take_nothing_where_all_surely_fits(
    content: Content, state: State, before: int
) -> None:
    load = state.load
    for _ in range(before):
        load = load.plus(local_day(state.planned_from, ZoneInfo(state.zone)), state.planned_from)
    state = state._replace(paused_at=None, load=load)
    now, until = state.planned_from, state.planned_from + SPAN
    free = replace(content, caps=NO_CAPS)
    texts = coming_texts(Sizes(free), state, now=now, until=until)

    if _surely_fit(content, state, texts):
        assert sorted(_with_room(content, state, texts)) == sorted(texts)
