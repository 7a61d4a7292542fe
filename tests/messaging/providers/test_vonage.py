"""What is Vonage's own in sending; the rest is in the contract test."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from messaging.providers import wire
from messaging.providers.base import (
    Advice,
    Outgoing,
    SendOutcome,
    SendResult,
)
from messaging.providers.vonage import Vonage
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN
from tests.messaging.providers.case_vonage import (
    CASE,
    MESSAGE_ID,
    OPTIONS,
    RECEIPT_URL,
    answer,
    made,
    part,
    refused,
)
from tests.messaging.providers.scripted import Asked, Reply, scripted

ANYWHERE = "https://vonage.example.org"
KEYS = {"api_key": OPTIONS["api_key"], "api_secret": OPTIONS["api_secret"]}


def sent(reply: Reply = CASE.accepted, **changed: Any) -> tuple[SendResult, Asked]:
    usual = {"token": TOKEN, "sender_address": ADDRESS, "number": NUMBER, "text": BODY}

    async def send_and_close(by: Vonage) -> SendResult:
        try:
            return await by.send(Outgoing(**usual | {"callback_url": RECEIPT_URL} | changed))
        finally:
            await wire.close()

    with scripted(reply) as gateway:
        return asyncio.run(send_and_close(made(gateway.url))), gateway.asked[0]


def test_send_is_a_form_with_the_secret_in_a_header() -> None:
    result, asked = sent(valid_for=timedelta(hours=2))

    assert result == SendResult(SendOutcome.ACCEPTED, MESSAGE_ID)
    assert (asked.method, asked.path, asked.query) == ("POST", "/sms/json", ())
    # abcd1234:an-invented-api-secret
    assert asked.headers["authorization"] == "Basic YWJjZDEyMzQ6YW4taW52ZW50ZWQtYXBpLXNlY3JldA=="
    assert asked.form() == {
        "from": "447700900999",
        "to": "447700900123",
        "text": BODY,
        "type": "text",
        "client-ref": TOKEN,
        "ttl": "7200000",
        "status-report-req": "1",
        "callback": RECEIPT_URL,
    }


@pytest.mark.parametrize(
    ("words", "kind"), [("æøå €", "text"), ("čáhci", "unicode"), ("Hi 😀", "unicode")]
)
def test_send_says_when_it_is_not_gsm7(words: str, kind: str) -> None:
    _, asked = sent(text=words)

    assert (asked.form()["type"], asked.form()["text"]) == (kind, words)


@pytest.mark.parametrize(
    ("valid_for", "ttl"),
    [
        (timedelta(seconds=-5), "20000"),
        (timedelta(seconds=19), "20000"),
        (timedelta(seconds=21), "21000"),
        (timedelta(days=400), "604800000"),
    ],
)
def test_send_keeps_ttl_within_bounds(valid_for: timedelta, ttl: str) -> None:
    _, asked = sent(valid_for=valid_for)

    assert asked.form()["ttl"] == ttl


def test_send_leaves_reports_to_the_accounts_address_where_ours_is_too_long() -> None:
    fits = RECEIPT_URL.ljust(100, "x")

    assert sent(callback_url=fits)[1].form()["callback"] == fits
    form = sent(callback_url=fits + "x")[1].form()
    assert "callback" not in form
    assert (form["status-report-req"], form["client-ref"]) == ("1", TOKEN)


def test_send_leaves_out_what_was_not_asked_for() -> None:
    _, asked = sent(callback_url="", sender_address="CLINIC")

    assert asked.form().keys() == {"from", "to", "text", "type", "client-ref"}
    assert asked.form()["from"] == "CLINIC"


@pytest.mark.parametrize(
    "parts",
    [
        [part(), part(message_id="second")],
        [part(status="1"), part()],
        [part(), part(status="5")],
        [part(status="not a number"), part()],
    ],
)
def test_send_is_accepted_when_any_part_was_taken_on(parts: list[dict[str, str]]) -> None:
    result, _ = sent(answer(*parts))

    assert result == SendResult(SendOutcome.ACCEPTED, MESSAGE_ID)


def test_send_taken_on_without_an_id_is_accepted_all_the_same() -> None:
    result, _ = sent(answer({"status": "0"}))

    assert result == SendResult(SendOutcome.ACCEPTED)


def test_send_refused_in_every_part_is_refused() -> None:
    result, _ = sent(refused(1, 1))

    assert result.outcome is SendOutcome.REJECTED_RETRYABLE
    assert (result.error_code, result.advice) == ("status_1", Advice.SLOW_DOWN)


def test_send_on_trial_waits_and_leaves_the_sender_be() -> None:
    result, _ = sent(refused(29))

    assert (result.advice, result.retry_after) == (Advice.NONE, timedelta(minutes=30))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"api_key": ""}, ValueError),
        ({"api_secret": "an invented\nsecret"}, ValueError),
        ({"signature_secrets": "invented"}, TypeError),
        ({"signature_secrets": [""]}, ValueError),
        ({"signature_method": "invented"}, ValueError),
        ({"webhook_secrets": "invented"}, TypeError),
        ({"base_url": "http://invented.example.org"}, ValueError),
    ],
)
def test_wrong_option_is_named_and_not_repeated(
    changed: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error, match=next(iter(changed))) as raised:
        Vonage(**OPTIONS | changed)

    assert "invented" not in str(raised.value)


def test_capabilities_say_whether_webhooks_are_signed() -> None:
    assert made(ANYWHERE).capabilities.signed_webhooks
    assert not Vonage(**KEYS).capabilities.signed_webhooks
    assert not Vonage.capabilities.signed_webhooks
