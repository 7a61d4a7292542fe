"""The fake as its callers see it. Its shapes are held to Twilio's in tests/peers/test_prism.py."""

import hashlib
import time
from pathlib import Path

import pytest

from messaging.fakes.ledger import number_hash
from tests.messaging.fakes.calls import (
    BODY,
    CALLBACK,
    NUMBER,
    SENDER,
    SERVICE,
    ask,
    listed,
    send,
)
from tests.peers.fake_provider import FakeProviderProcess


def test_ledger_tells_a_text_without_number_or_words(provider: FakeProviderProcess) -> None:
    before = time.time()

    made = send(provider, StatusCallback=CALLBACK, ValidityPeriod="600").content

    entry = provider.entries()[-1]
    assert entry["sid"] == made["sid"]
    assert before <= entry["at"] <= time.time()
    assert entry["body"] == hashlib.sha256(BODY.encode()).hexdigest()
    assert entry["to"] == number_hash(provider.auth_token, NUMBER)
    assert (entry["from"], entry["token"], entry["valid_for"]) == (SENDER, "token-1", 600)
    content = provider.ledger.read_text()
    for private in (NUMBER, NUMBER[1:], BODY, "Blåbær", "r\\u00f8yk"):
        assert private not in content


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"To": ""}, 400, 21604),
        ({"From": ""}, 400, 21603),
        ({"Body": ""}, 400, 21602),
        ({"To": "07700 900123"}, 400, 21211),
        ({"To": "+0447700900123"}, 400, 21211),
        ({"From": "no such sender at all"}, 400, 21212),
        ({"From": "", "MessagingServiceSid": "MG1"}, 400, 21606),
        ({"Body": "x" * 1601}, 400, 21617),
        ({"ValidityPeriod": "0"}, 400, 21624),
        ({"ValidityPeriod": "36001"}, 400, 21624),
        ({"ValidityPeriod": "9" * 5000}, 400, 21624),
        ({"StatusCallback": "http://a_b.example.org/x"}, 400, 21609),
        ({"StatusCallback": "ftp://example.org"}, 400, 21609),
    ],
)
def test_text_with_a_wrong_field_is_refused_and_not_taken_on(
    provider: FakeProviderProcess, changed: dict[str, str], status: int, code: int
) -> None:
    before = len(provider.entries())

    answer = send(provider, **changed)

    assert (answer.status, answer.code) == (status, code)
    assert len(provider.entries()) == before


def test_wrong_secret_is_refused_on_every_call(provider: FakeProviderProcess) -> None:
    for method in ("POST", "GET"):
        answer = ask(provider, method, secret="wrong", fields={"To": NUMBER})
        assert (answer.status, answer.code) == (401, 20003)


def test_unknown_text_is_404_and_another_method_405(provider: FakeProviderProcess) -> None:
    assert ask(provider, "GET", "/SM0.json").code == 20404
    assert ask(provider, "GET", "/SM0/Media.json").code == 20404
    assert ask(provider, "DELETE", "/SM0.json").code == 20004


def test_list_is_filtered_by_number_sender_and_date(provider: FakeProviderProcess) -> None:
    number = "+447700900201"
    first = send(provider, To=number).content["sid"]
    second = send(provider, To=number, From="+447700900998").content["sid"]
    service = send(provider, To=number, From="", MessagingServiceSid=SERVICE).content["sid"]
    send(provider, To="+447700900202")
    time.sleep(0.1)

    assert listed(provider, To=number) == [service, second, first]
    assert listed(provider, To=number, From="+447700900998") == [second]
    assert listed(provider, To=number, From="+447700900000") == [service]
    assert listed(provider, To=number, **{"DateSent<": "2026-01-01"}) == []
    assert listed(provider, To=number, **{"DateSent>": "2026-01-01T00:00:00Z"}) == [
        service,
        second,
        first,
    ]
    assert ask(provider, "GET", ".json?DateSent=soon").status == 400


def test_list_holds_what_came_in_too(provider: FakeProviderProcess) -> None:
    person, ours = "+447700900204", "+447700900205"
    sid = provider.inbound(person, ours, "STOP", url="http://127.0.0.1:9/", times=2)["sid"]
    provider.inbound(person, ours, "STOP", url="http://127.0.0.1:9/", sid=sid)

    assert listed(provider, To=ours) == [sid]
    assert listed(provider, To=person) == []
    [shown] = ask(provider, "GET", f".json?From=%2B{person[1:]}").content["messages"]
    assert (shown["direction"], shown["status"], shown["body"]) == ("inbound", "received", "STOP")


def test_pages_neither_repeat_nor_lose_a_text_when_others_come_between(
    provider: FakeProviderProcess,
) -> None:
    number = "+447700900203"
    made = [send(provider, To=number).content["sid"] for _ in range(5)]
    path, found = f".json?To=%2B{number[1:]}&PageSize=2", []
    while path:
        page = ask(provider, "GET", path).content
        found += [each["sid"] for each in page["messages"]]
        path = (page["next_page_uri"] or "").partition("/Messages")[2]
        send(provider, To=number)

    assert found == made[::-1]


def test_queued_text_is_in_no_list_that_asks_for_a_date(provider: FakeProviderProcess) -> None:
    provider.faults(rate_limit={"segments_per_second": 0.5, "over": "queue"})
    number = "+447700900204"
    send(provider, To=number)
    waiting = send(provider, To=number).content["sid"]
    time.sleep(0.1)

    assert waiting in listed(provider, To=number)
    assert waiting not in listed(provider, To=number, **{"DateSent>": "2026-01-01"})


def test_other_hosts_cannot_reach_it(tmp_path: Path) -> None:
    wide = FakeProviderProcess(tmp_path / "ledger.jsonl", arguments=("--host", "0.0.0.0"))

    with pytest.raises(AssertionError, match="did not start"):
        wide.start()


def test_misspelt_fault_is_refused_and_the_old_ones_stay(provider: FakeProviderProcess) -> None:
    provider.faults(sequence=["21211"])

    with pytest.raises(AssertionError, match="accept_then_smile"):
        provider.faults(sequence=["accept_then_smile"])

    assert send(provider).code == 21211
