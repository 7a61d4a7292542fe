"""What every provider owes the one who sends, whatever it calls things. See docs/add-a-provider.md.

The other direction is in test_contract_webhooks.py.
"""

import asyncio
import copy
import json
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import aiohttp
import pytest

from messaging.providers import wire
from messaging.providers.base import Advice, Outgoing, Provider, SendOutcome, SendResult
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, PUBLIC, TOKEN, Case, Expected
from tests.messaging.providers.cases import CALLING, CASES, providers, secrets
from tests.messaging.providers.scripted import Asked, Reply, Scripted, scripted

CALLBACK = f"{PUBLIC}/hooks/alias/receipts/{TOKEN}.signed/"
#: Report to one address for the whole account; a text cannot name another.
ONE_CALLBACK = {"africastalking"}
STRANGE: list[Any] = [None, [], "", "a" * 500, -1]
IMPATIENT = aiohttp.ClientTimeout(total=0.3, sock_connect=0.3)
each_calling = pytest.mark.parametrize("case", CALLING, ids=lambda case: case.name)
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_error = pytest.mark.parametrize(
    ("case", "error"),
    [(case, name) for case in CALLING for name in case.errors],
    ids=lambda value: value if isinstance(value, str) else value.name,
)


def in_json(reply: Reply) -> bool:
    return reply.body.startswith(b"{")


def outgoing(**changed: Any) -> Outgoing:
    usual = {"token": TOKEN, "sender_address": ADDRESS, "number": NUMBER, "text": BODY}
    return Outgoing(**usual | {"callback_url": CALLBACK} | changed)


def sent(by: Provider, *several: Outgoing) -> list[SendResult]:
    async def send_and_close() -> list[SendResult]:
        try:
            return [await by.send(one) for one in several or (outgoing(),)]
        finally:
            await wire.close()

    return asyncio.run(send_and_close())


def answered(case: Case, *replies: Reply) -> tuple[list[SendResult], list[Asked]]:
    """One text for each reply."""
    with scripted(case.accepted) as gateway:
        gateway.replies.extend(replies)
        results = sent(case.make(gateway.url), *[outgoing() for _ in replies])
        return results, gateway.asked


@pytest.fixture
def gateway(case: Case) -> Iterator[Scripted]:
    with scripted(case.accepted) as script:
        yield script


def test_every_provider_has_a_case() -> None:
    assert providers() == {case.name for case in CASES}


@each
def test_send_is_accepted_with_the_providers_id(
    case: Case, gateway: Scripted, tmp_path: Path
) -> None:
    provider = case.make(gateway.url if case.calls_http else str(tmp_path / "ledger"))

    [result] = sent(provider)

    assert result.outcome is SendOutcome.ACCEPTED
    assert result.advice is Advice.NONE
    assert len(gateway.asked) == int(case.calls_http)
    if case.calls_http:
        assert result.provider_message_id == case.provider_id
        assert provider.capabilities.returns_id == bool(case.provider_id)
        assert not provider.capabilities.is_fake


@each_calling
def test_send_carries_number_text_and_sender_outside_the_address(
    case: Case, gateway: Scripted
) -> None:
    sent(case.make(gateway.url))

    [asked] = gateway.asked
    for private in (NUMBER, BODY):
        assert private.lstrip("+") not in unquote_plus(asked.path)
        assert private.lstrip("+") not in str(asked.query)
    carried = said(asked)
    assert NUMBER.lstrip("+") in carried
    assert ADDRESS.lstrip("+") in carried
    assert BODY in carried


@each_calling
def test_send_says_how_long_the_text_is_worth_delivering(case: Case, gateway: Scripted) -> None:
    lengths = (2, 5)
    sent(
        case.make(gateway.url),
        *(outgoing(valid_for=timedelta(hours=hours)) for hours in lengths),
        outgoing(valid_for=timedelta(0)),
        outgoing(valid_for=timedelta(days=4000)),
    )
    told = [said(asked) for asked in gateway.asked]
    assert len(set(told)) == len(told)


@each_calling
def test_send_names_where_to_report(case: Case, gateway: Scripted) -> None:
    sent(case.make(gateway.url), outgoing(), outgoing(callback_url=""))

    told, untold = (said(asked) for asked in gateway.asked)
    assert (CALLBACK in told) == (case.name not in ONE_CALLBACK)
    assert CALLBACK not in untold
    assert "hooks" not in untold


def said(asked: Asked) -> str:
    """All but the address, as plain text; in JSON and in forms alike."""
    body = asked.body.decode(errors="replace")
    if "json" in asked.headers.get("content-type", ""):
        body = json.dumps(json.loads(body), ensure_ascii=False)
    elif "form" in asked.headers.get("content-type", ""):
        body = unquote_plus(body)
    return str(dict(asked.headers)) + body


@each_calling
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_send_makes_one_call_and_leaves_a_5xx_open(case: Case, status: int) -> None:
    [result], asked = answered(case, Reply(status, b"<html>"))

    assert len(asked) == 1
    assert result.error_code
    # 503 alone may be the provider's way of saying that it took nothing on.
    if status != 503 or status not in stated(case):
        assert result.outcome is case.no_answer
    assert result.outcome is not SendOutcome.ACCEPTED


def stated(case: Case) -> set[int]:
    """Statuses that the case says are a no for now."""
    errors = case.errors.values()
    return {
        error.reply.status for error in errors if error.outcome is SendOutcome.REJECTED_RETRYABLE
    }


@each_calling
@pytest.mark.parametrize("reply", [Reply(reset=True), Reply(hang=True)], ids=["reset", "hang"])
def test_send_makes_one_call_and_leaves_silence_open(
    case: Case, gateway: Scripted, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(case.make(gateway.url)), "time_limits", IMPATIENT)
    gateway.replies.append(reply)

    [result] = sent(case.make(gateway.url))

    assert result == SendResult(SendOutcome.UNKNOWN, error_code="no_answer")
    assert len(gateway.asked) == 1


@each_calling
def test_send_makes_one_call_when_a_kept_connection_breaks(case: Case, gateway: Scripted) -> None:
    gateway.replies.extend([case.accepted, Reply(reset=True)])

    first, second = sent(case.make(gateway.url), outgoing(), outgoing())

    assert first.outcome is SendOutcome.ACCEPTED
    assert second.outcome is SendOutcome.UNKNOWN
    assert len(gateway.asked) == 2


@each_calling
def test_send_waits_as_long_as_it_is_told_to(case: Case) -> None:
    [result], asked = answered(case, Reply(429, headers={"Retry-After": "7"}))

    assert len(asked) == 1
    assert result.outcome is SendOutcome.REJECTED_RETRYABLE
    assert result.advice is Advice.SLOW_DOWN
    assert result.retry_after == timedelta(seconds=7)


@each_calling
def test_send_tells_that_it_leaves_before_anything_can_arrive(
    case: Case, gateway: Scripted
) -> None:
    arrived: list[int] = []
    before = wire.departing.set(lambda: arrived.append(len(gateway.asked)))

    sent(case.make(gateway.url))

    wire.departing.reset(before)
    assert case.make(gateway.url).capabilities.by_wire
    assert arrived == [0]
    assert len(gateway.asked) == 1


@each_calling
def test_send_to_nobody_is_unreachable(case: Case) -> None:
    with socket.create_server(("127.0.0.1", 0)) as line:
        closed = f"http://127.0.0.1:{line.getsockname()[1]}"

    [refused] = sent(case.make(closed))
    [unknown] = sent(case.make("https://nobody.invalid"))

    assert refused == unknown
    assert refused == SendResult(
        SendOutcome.REJECTED_RETRYABLE, error_code="unreachable", advice=Advice.UNREACHABLE
    )


@each_calling
def test_send_with_a_wrong_secret_keeps_the_text_and_stops_the_sender(case: Case) -> None:
    [result], asked = answered(case, case.wrong_secret)

    assert result.outcome is SendOutcome.REJECTED_RETRYABLE
    assert result.advice is Advice.STOP_SENDER
    assert len(asked) == 1


@each_error
def test_send_knows_the_providers_errors(case: Case, error: str) -> None:
    expected = case.errors[error]

    [result], asked = answered(case, expected.reply)

    assert Expected(expected.reply, result.outcome, result.error_code, result.advice) == expected
    assert len(asked) == 1
    assert result.retry_after is None or result.outcome is SendOutcome.REJECTED_RETRYABLE


@each_calling
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b"null", b"1", b"\xff\xfe", b'{"a'])
def test_send_leaves_a_success_open_that_it_cannot_read(case: Case, body: bytes) -> None:
    [result], _ = answered(case, Reply(case.accepted.status, body, case.accepted.headers))

    assert result == SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")


@pytest.mark.parametrize(
    "case", [case for case in CALLING if in_json(case.accepted)], ids=lambda case: case.name
)
def test_send_survives_an_answer_of_other_types(case: Case) -> None:
    replies = list(strange(case.accepted))

    results, _ = answered(case, *replies)

    assert len(results) == len(replies)
    for result in results:
        # An id that cannot be read costs the id, not the text; all else stays open or is a no.
        assert isinstance(result.provider_message_id, str)
        assert len(result.provider_message_id) <= 80
        assert len(result.error_code) <= 40


def strange(accepted: Reply) -> Iterator[Reply]:
    """The answer with one value after the other made something else."""
    content = json.loads(accepted.body)
    for path in paths(content):
        for value in STRANGE:
            changed = copy.deepcopy(content)
            held = changed
            for step in path[:-1]:
                held = held[step]
            held[path[-1]] = value
            yield Reply(accepted.status, json.dumps(changed).encode(), accepted.headers)


def paths(content: Any) -> list[tuple[Any, ...]]:
    pairs: list[tuple[Any, Any]] = []
    if isinstance(content, dict):
        pairs = list(content.items())
    elif isinstance(content, list):
        pairs = list(enumerate(content))
    return [(name, *rest) for name, held in pairs for rest in [(), *paths(held)]]


@each_calling
def test_send_shows_nobody_number_text_or_secret(
    case: Case,
    gateway: Scripted,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.replies.extend(expected.reply for expected in case.errors.values())
    gateway.replies.extend([case.accepted, case.wrong_secret, Reply(500), Reply(reset=True)])
    texts = [outgoing() for _ in gateway.replies]
    provider = case.make(gateway.url)

    results = sent(provider, *texts)

    shown = f"{provider!r} {results!r} {texts!r} {caplog.text} {''.join(capfd.readouterr())}"
    private = [NUMBER.lstrip("+"), BODY, *secrets(case)]
    assert len(private) > 2
    assert [each for each in private if each in shown] == []
