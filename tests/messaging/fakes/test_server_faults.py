"""Each fault as its callers meet it, and whether the text was taken on."""

import time

import pytest

from tests.messaging.fakes.calls import NUMBER, SENDER, ask, listed, send
from tests.peers.fake_provider import FakeProviderProcess


def taken_on(provider: FakeProviderProcess) -> int:
    return len(provider.entries())


@pytest.mark.parametrize(
    ("fault", "status", "code", "taken"),
    [
        ("accept_then_500", 500, 20500, 1),
        ("accept_then_503", 503, 20503, 1),
        ("500", 500, 20500, 0),
        ("503", 503, 20503, 0),
        ("429", 429, 20429, 0),
        ("21610", 400, 21610, 0),
        ("21408", 400, 21408, 0),
        ("20003", 401, 20003, 0),
    ],
)
def test_answer_of_a_fault_and_what_the_ledger_says(
    provider: FakeProviderProcess, fault: str, status: int, code: int, taken: int
) -> None:
    provider.faults(sequence=[fault])
    before = taken_on(provider)

    answer = send(provider)

    assert (answer.status, answer.code) == (status, code)
    assert taken_on(provider) - before == taken
    assert send(provider).status == 201


@pytest.mark.parametrize(("fault", "taken"), [("accept_then_hang", 1), ("drop", 0)])
def test_hanging_call_hears_nothing(provider: FakeProviderProcess, fault: str, taken: int) -> None:
    provider.faults(sequence=[fault])
    before = taken_on(provider)

    with pytest.raises(TimeoutError):
        send(provider, timeout=0.3)

    assert taken_on(provider) - before == taken


@pytest.mark.parametrize(("fault", "taken"), [("accept_then_reset", 1), ("reset_before", 0)])
def test_broken_call_hears_nothing(provider: FakeProviderProcess, fault: str, taken: int) -> None:
    provider.faults(sequence=[fault])
    before = taken_on(provider)

    with pytest.raises(ConnectionResetError):
        send(provider)

    assert taken_on(provider) - before == taken


def test_throttled_call_is_told_when_to_come_back(provider: FakeProviderProcess) -> None:
    provider.faults(sequence=["429"], retry_after=7)

    assert send(provider).headers["Retry-After"] == "7"


def test_sender_over_its_rate_is_throttled_and_others_are_not(
    provider: FakeProviderProcess,
) -> None:
    provider.faults(rate_limit={"segments_per_second": 0.1})

    statuses = [send(provider).status for _ in range(3)]

    assert statuses == [201, 429, 429]
    assert send(provider, From="+447700900998").status == 201


def test_text_that_outlives_its_validity_in_the_queue_fails_with_30036(
    provider: FakeProviderProcess,
) -> None:
    provider.faults(rate_limit={"segments_per_second": 0.5, "over": "queue"})
    send(provider)

    waits = send(provider, ValidityPeriod="60").content
    expires = send(provider, ValidityPeriod="1").content

    assert waits["status"] == "queued"
    entries = {entry["sid"]: entry for entry in provider.entries()}
    assert (entries[waits["sid"]]["code"], entries[expires["sid"]]["code"]) == (0, 30036)


def test_text_that_fails_later_is_taken_on_and_says_so_afterwards(
    provider: FakeProviderProcess,
) -> None:
    provider.faults(numbers={"0003": "30003"})
    made = send(provider, To="+447700900003").content
    time.sleep(0.1)

    found = ask(provider, "GET", f"/{made['sid']}.json").content

    assert made["status"] == "queued"
    assert (found["status"], found["error_code"]) == ("undelivered", 30003)


def test_latency_is_waited_out_after_the_text_was_taken_on(provider: FakeProviderProcess) -> None:
    provider.faults(latency_ms=300)
    started = time.time()

    made = send(provider).content

    assert time.time() - started >= 0.3
    entry = provider.entries()[-1]
    assert entry["sid"] == made["sid"]
    assert entry["at"] - started < 0.25


def test_list_lags_and_fails_while_a_fetch_does_not(provider: FakeProviderProcess) -> None:
    number = "+447700900301"
    provider.faults(listing={"lag_seconds": 0.5, "fail_first": 1})
    sid = send(provider, To=number).content["sid"]

    assert ask(provider, "GET", ".json?To=%2B447700900301").status == 503
    assert listed(provider, To=number) == []
    assert ask(provider, "GET", f"/{sid}.json").status == 200
    time.sleep(0.5)
    assert listed(provider, To=number) == [sid]


def test_opted_out_number_is_refused_for_that_sender_only(provider: FakeProviderProcess) -> None:
    number = "+447700900302"
    provider.opt_out(number, SENDER)

    assert send(provider, To=number).code == 21610
    assert send(provider, To=number, From="+447700900998").status == 201
    provider.control("opt-in", {"number": number, "sender": SENDER})
    assert send(provider, To=number).status == 201


def test_faults_by_text_reach_only_the_texts_that_hold_the_mark(
    provider: FakeProviderProcess,
) -> None:
    provider.faults(texts={"#full": "21611"})

    assert send(provider, Body="a #full b").status == 429
    assert send(provider, To=NUMBER).status == 201
