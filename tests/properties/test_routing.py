"""Who is chosen, for any weights, numbers and purses."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from messaging.routing import Candidate, Choice, Purse, Route, allowed, choose

GROUP = 7
PLENTY = 1e9
#: Enough numbers for shares to come out within a few per cent.
NUMBERS = range(1, 401)

weights = st.lists(st.integers(1, 100), min_size=2, max_size=4)
levels = st.floats(-5, 12, allow_nan=False)


def members(of: list[int]) -> dict[int, Route]:
    """Senders 1, 2, … with these weights."""
    return {place: Route(place, "fake", GROUP, weight) for place, weight in enumerate(of, start=1)}


def rich(routes: dict[int, Route]) -> dict[int, Purse]:
    return {sender_id: Purse(PLENTY, PLENTY) for sender_id in routes}


def texts(numbers: range = NUMBERS) -> list[Candidate]:
    """One to each number, all queued on sender 1."""
    return [Candidate(number + 10_000, number, 1, GROUP, 1, False) for number in numbers]


def taken(routes: dict[int, Route], numbers: range = NUMBERS) -> dict[int, int]:
    """The sender of each number."""
    choices, waiting = choose(texts(numbers), routes, rich(routes))
    assert not waiting
    return {choice.recipient_id: choice.sender_id for choice in choices}


@given(weights)
def test_shares_are_near_the_weights(of: list[int]) -> None:
    routes = members(of)

    shares = Counter(taken(routes).values())

    for sender_id, route in routes.items():
        wanted = route.weight / sum(of)
        # Five standard deviations of a draw for each number.
        slack = 5 * (wanted * (1 - wanted) / len(NUMBERS)) ** 0.5 + 1 / len(NUMBERS)
        assert abs(shares[sender_id] / len(NUMBERS) - wanted) <= slack


@given(weights)
def test_a_number_keeps_its_sender_whatever_else_is_sent(of: list[int]) -> None:
    routes = members(of)

    whole = taken(routes)
    part = taken(routes, range(150, 200))

    assert part.items() <= whole.items()


@given(weights, st.integers(0, 3), st.integers(1, 100))
def test_a_changed_weight_moves_only_its_own_share(of: list[int], which: int, weight: int) -> None:
    routes = members(of)
    changed = which % len(of) + 1
    before = taken(routes)

    after = taken({**routes, changed: replace(routes[changed], weight=weight)})

    more = weight >= routes[changed].weight
    for number, sender_id in after.items():
        if sender_id != before[number]:
            assert (sender_id if more else before[number]) == changed


@given(weights, st.integers(0, 3))
def test_the_others_take_over_and_nobody_else_moves(of: list[int], which: int) -> None:
    routes = members(of)
    down = which % len(of) + 1
    before = taken(routes)

    after = taken({sender: route for sender, route in routes.items() if sender != down})

    assert len(after) == len(NUMBERS)
    assert down not in after.values()
    assert all(after[number] == sender for number, sender in before.items() if sender != down)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=4).filter(any))
def test_without_weight_nothing_is_sent_while_another_is_well(of: list[int]) -> None:
    routes = members(of)

    used = set(taken(routes).values())

    assert all(routes[sender_id].weight for sender_id in used)


candidates = st.lists(
    st.builds(
        Candidate,
        message_id=st.integers(1, 10**6),
        recipient_id=st.integers(1, 12),
        sender_id=st.integers(1, 3),
        group_id=st.sampled_from([None, GROUP]),
        segments=st.integers(1, 6),
        urgent=st.booleans(),
        past_budget=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda candidate: candidate.message_id,
)
some_routes = st.lists(
    st.builds(
        Route,
        sender_id=st.integers(1, 3),
        provider=st.just("fake"),
        group_id=st.sampled_from([None, GROUP]),
        weight=st.integers(0, 100),
        probing=st.booleans(),
        spent=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda route: route.sender_id,
).map(lambda found: {route.sender_id: route for route in found})


def purses(routes: dict[int, Route], level: float) -> dict[int, Purse]:
    """A tenth of each is kept; a sender that is only probing has one text."""
    return {
        sender_id: Purse(level, level - 0.1 * abs(level), 1 if route.probing else None)
        for sender_id, route in routes.items()
    }


@given(candidates, some_routes, levels)
def test_nobody_gets_two_and_nobody_is_made_up(
    due: list[Candidate], routes: dict[int, Route], level: float
) -> None:
    known = {candidate.message_id: candidate for candidate in due}

    choices, _ = choose(due, routes, purses(routes, level))

    assert len({choice.recipient_id for choice in choices}) == len(choices)
    for choice in choices:
        candidate = known[choice.message_id]
        route = routes[choice.sender_id]
        assert (choice.recipient_id, choice.segments) == (
            candidate.recipient_id,
            candidate.segments,
        )
        if candidate.group_id is None:
            assert choice.sender_id == candidate.sender_id
        else:
            assert route.group_id == candidate.group_id
            assert candidate.past_budget or not route.spent


@given(candidates, some_routes, levels)
def test_a_purse_is_overdrawn_by_its_last_text_at_most(
    due: list[Candidate], routes: dict[int, Route], level: float
) -> None:
    choices, _ = choose(due, routes, purses(routes, level))

    paid: dict[int, list[Choice]] = {}
    for choice in choices:
        paid.setdefault(choice.sender_id, []).append(choice)
    for sender_id, by_it in paid.items():
        assert sum(choice.segments for choice in by_it[:-1]) < level
        assert not routes[sender_id].probing or len(by_it) == 1


@given(candidates, some_routes, levels)
def test_what_waits_is_said_and_only_that(
    due: list[Candidate], routes: dict[int, Route], level: float
) -> None:
    choices, waiting = choose(due, routes, purses(routes, level))

    left_over = {each.recipient_id for each in due} - {each.recipient_id for each in choices}
    assert not left_over or waiting or _closed(due, routes, left_over)
    if level > 1000:
        assert not waiting


def _closed(due: list[Candidate], routes: dict[int, Route], left_over: set[int]) -> bool:
    """No member of their groups is open to them: not a matter of a bucket."""
    return all(
        candidate.group_id is not None
        and all(
            route.spent and not candidate.past_budget
            for route in routes.values()
            if route.group_id == candidate.group_id
        )
        for candidate in due
        if candidate.recipient_id in left_over
    )


@given(some_routes, levels, st.integers(1, 50))
def test_no_more_is_looked_at_than_may_leave(
    routes: dict[int, Route], level: float, limit: int
) -> None:
    due = dict.fromkeys((1, 2, 3), GROUP)
    most, waits = allowed(due, routes, purses(routes, level), limit)

    for sender_id in due:
        able = [r for r in routes.values() if r.group_id == GROUP or r.sender_id == sender_id]
        if able and level > 0:
            assert 1 <= most[sender_id] <= min(limit, len(able) * level + 1)
        else:
            assert sender_id not in most
    assert waits == (level <= 0 and any(_has_route(routes, sender_id) for sender_id in due))


def _has_route(routes: dict[int, Route], sender_id: int) -> bool:
    return any(r.group_id == GROUP or r.sender_id == sender_id for r in routes.values())
