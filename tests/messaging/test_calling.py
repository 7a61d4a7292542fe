"""The flight itself, without a database: every call that was started comes back."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from messaging import calling
from messaging.calling import Flight, look_up_all
from messaging.providers.base import (
    Capabilities,
    LookUp,
    LookUpState,
    Outgoing,
    Provider,
    SendOutcome,
    SendResult,
)

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ACCEPTED = SendResult(SendOutcome.ACCEPTED, "p1")


class Acts(Provider):
    """Does what it was given; knows how many calls it has at once, and at most had."""

    def __init__(self, act: Callable[[], Any], most: int = 100) -> None:
        self.act = act
        self.capabilities = Capabilities(max_in_flight=most)
        self.now = self.most_at_once = 0

    async def send(self, outgoing: Outgoing) -> SendResult:
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)
        try:
            made = self.act()
            result: SendResult = await made if asyncio.iscoroutine(made) else made
            return result
        finally:
            self.now -= 1

    async def look_up(self, outgoing: Outgoing, started_at: datetime) -> LookUp:
        found = await self.send(outgoing)
        return LookUp(LookUpState.FOUND, found.provider_message_id)


class Unhashable(Acts):
    __hash__ = None  # type: ignore[assignment]


def outgoing(token: str = "t") -> Outgoing:
    return Outgoing(token, "60099", "+447700900123", "Day one is behind you.")


def all_of(flight: Flight, seconds: float = 5.0) -> dict[Any, SendResult | None]:
    found: dict[Any, SendResult | None] = {}
    until = time.monotonic() + seconds
    while flight.in_flight and time.monotonic() < until:
        found.update(flight.landed(wait=0.05, enough=10))
    return found


def flown(provider: Provider, count: int = 1, since: float | None = None) -> list[Any]:
    flight = Flight()
    calls = [(place, provider, outgoing(str(place))) for place in range(count)]
    flight.start(calls, committing_since=time.monotonic() if since is None else since)
    found = all_of(flight)
    assert flight.in_flight == 0
    return [found[place] for place in range(count)]


def broken() -> SendResult:
    raise RuntimeError("+447700900123 is busy")


async def slowly(seconds: float = 0.05) -> SendResult:
    await asyncio.sleep(seconds)
    return ACCEPTED


def test_every_call_comes_back_under_its_key() -> None:
    assert flown(Acts(lambda: ACCEPTED), count=30) == [ACCEPTED] * 30


def test_start_returns_at_once() -> None:
    flight = Flight()

    began = time.monotonic()
    flight.start([("a", Acts(lambda: slowly(0.3)), outgoing())], committing_since=began)
    assert time.monotonic() - began < 0.2
    assert flight.landed(wait=0, enough=1) == []
    assert flight.in_flight == 1
    assert all_of(flight) == {"a": ACCEPTED}


def test_start_of_nothing_is_nothing() -> None:
    flight = Flight()

    flight.start([], committing_since=0)

    assert flight.landed(wait=0, enough=1) == []


@pytest.mark.parametrize("provider_class", [Acts, Unhashable])
def test_what_a_provider_raises_leaves_the_fate_open(
    provider_class: type[Acts], caplog: pytest.LogCaptureFixture
) -> None:
    (result,) = flown(provider_class(broken))

    assert result.outcome is SendOutcome.UNKNOWN
    assert result.error_code in ("RuntimeError", "TypeError")
    assert "447700900123" not in caplog.text


def test_a_provider_that_returns_nothing_leaves_the_fate_open() -> None:
    """None would be taken for a call that was not made, and the text sent again."""
    (result,) = flown(Acts(lambda: None))

    assert (result.outcome, result.error_code) == (SendOutcome.UNKNOWN, "no_result")


def test_a_call_too_long_after_its_commit_is_not_made() -> None:
    provider = Acts(lambda: ACCEPTED)

    late = flown(provider, since=time.monotonic() - calling.LEAVE_WITHIN_SECONDS - 0.01)

    assert late == [None]
    assert provider.most_at_once == 0


def test_a_call_that_waits_for_a_slot_for_too_long_is_not_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calling, "LEAVE_WITHIN_SECONDS", 0.05)

    first, second = flown(Acts(lambda: slowly(0.1), most=1), count=2)

    assert (first, second) == (ACCEPTED, None)


def test_no_more_calls_at_once_than_the_provider_takes_also_from_two_flights() -> None:
    provider = Acts(lambda: slowly(0.02), most=3)
    results: list[Any] = []

    def fly() -> None:
        results.extend(flown(provider, count=8))

    threads = [threading.Thread(target=fly) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    assert results == [ACCEPTED] * 16
    assert provider.most_at_once == 3


def test_a_call_that_hangs_is_given_up_within_its_lease(settings: Settings) -> None:
    settings.ATTEMPT_LEASE_SECONDS = 0.1

    (result,) = flown(Acts(lambda: slowly(30)))

    assert (result.outcome, result.error_code) == (SendOutcome.UNKNOWN, "TimeoutError")


def test_a_call_that_hangs_does_not_keep_another_waiting() -> None:
    flight = Flight()
    calls = [
        ("hangs", Acts(lambda: slowly(0.4)), outgoing()),
        ("quick", Acts(lambda: ACCEPTED), outgoing()),
    ]
    flight.start(calls, committing_since=time.monotonic())

    assert flight.landed(wait=0.3, enough=1) == [("quick", ACCEPTED)]
    assert all_of(flight) == {"hangs": ACCEPTED}


def test_landed_waits_a_little_for_others_and_no_longer_than_it_may() -> None:
    flight = Flight()
    flight.start([("a", Acts(lambda: slowly(0.5)), outgoing())], committing_since=time.monotonic())

    began = time.monotonic()
    assert flight.landed(wait=0.05, enough=5) == []
    assert 0.04 < time.monotonic() - began < 0.3
    all_of(flight)


def test_look_up_all_answers_in_the_order_of_its_questions() -> None:
    questions = [
        (Acts(lambda: slowly(0.05)), outgoing(), NOW),
        (Acts(broken), outgoing(), NOW),
        (Acts(lambda: SendResult(SendOutcome.ACCEPTED, "p2")), outgoing(), NOW),
    ]

    found = look_up_all(questions)

    assert [answer.state for answer in found] == ["found", "unavailable", "found"]
    assert [answer.provider_message_id for answer in found] == ["p1", "", "p2"]
    assert look_up_all([]) == []


def test_a_provider_that_cannot_look_up_says_so() -> None:
    class Plain(Provider):
        async def send(self, outgoing: Outgoing) -> SendResult:
            return ACCEPTED

    assert look_up_all([(Plain(), outgoing(), NOW)]) == [LookUp(LookUpState.UNAVAILABLE)]
