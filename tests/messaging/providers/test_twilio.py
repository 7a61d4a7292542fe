"""What is Twilio's own; the rest is in the contract test."""

import asyncio
import base64
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest

from messaging.providers import wire
from messaging.providers.base import (
    Advice,
    DeliveryReport,
    Outgoing,
    ReportStatus,
    SendOutcome,
    SendResult,
)
from messaging.providers.twilio import Twilio
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN
from tests.messaging.providers.case_twilio import (
    ACCOUNT,
    KEY,
    OPTIONS,
    RECEIPT_URL,
    SID,
    made,
    refusal,
    taken,
)
from tests.messaging.providers.scripted import Reply, scripted

SERVICE = "MG" + "0" * 32


class Hurried(Twilio):
    time_limits = aiohttp.ClientTimeout(total=0.3)


def outgoing(**changed: Any) -> Outgoing:
    usual = {"token": TOKEN, "sender_address": ADDRESS, "number": NUMBER, "text": BODY}
    return Outgoing(**usual | {"callback_url": RECEIPT_URL} | changed)


def sent(provider: Twilio, **changed: Any) -> SendResult:
    async def send_and_close() -> SendResult:
        try:
            return await provider.send(outgoing(**changed))
        finally:
            await wire.close()

    return asyncio.run(send_and_close())


def test_send_asks_for_everything_once() -> None:
    with scripted(taken()) as twilio:
        result = sent(made(twilio.url), valid_for=timedelta(hours=2))
    [asked] = twilio.asked
    assert result == SendResult(SendOutcome.ACCEPTED, SID)
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert asked.form() == {
        "To": NUMBER,
        "From": ADDRESS,
        "Body": BODY,
        "StatusCallback": RECEIPT_URL,
        "ValidityPeriod": "7200",
    }
    login = base64.b64encode(f"{KEY}:an-invented-api-secret".encode()).decode()
    assert asked.headers["authorization"] == f"Basic {login}"


@pytest.mark.parametrize("service", ["", SERVICE])
def test_send_makes_the_request_that_the_sdk_makes(service: str) -> None:
    async def both(provider: Twilio) -> None:
        await provider.send(outgoing(valid_for=timedelta(hours=2)))
        await provider._messages.create_async(
            **provider._fields(outgoing(valid_for=timedelta(hours=2)))
        )
        await wire.close()

    with scripted(taken()) as twilio:
        asyncio.run(both(Twilio(**OPTIONS, base_url=twilio.url, messaging_service_sid=service)))
    ours, the_sdks = twilio.asked

    assert (ours.method, ours.path, ours.query) == (the_sdks.method, the_sdks.path, the_sdks.query)
    assert ours.form() == the_sdks.form()
    length = {"content-length": str(len(ours.body))}
    assert ours.headers == {**the_sdks.headers, **length}


@pytest.mark.parametrize("date", ["7", '"yesterday"', "null"])
def test_send_reads_no_dates(date: str) -> None:
    """Nobody here asks for them; the sid says that the text was taken on."""
    answer = Reply(201, f'{{"sid": "{SID}", "date_created": {date}}}'.encode())
    with scripted(answer) as twilio:
        result = sent(made(twilio.url))

    assert (result.outcome, result.provider_message_id) == (SendOutcome.ACCEPTED, SID)


def test_send_by_auth_token_where_there_is_no_key() -> None:
    with scripted(taken()) as twilio:
        sent(Twilio(account_sid=ACCOUNT, auth_token="t", base_url=twilio.url))
    login = base64.b64encode(f"{ACCOUNT}:t".encode()).decode()
    assert twilio.asked[0].headers["authorization"] == f"Basic {login}"


def test_send_leaves_out_what_was_not_asked_for() -> None:
    with scripted(taken()) as twilio:
        sent(made(twilio.url), callback_url="")
    assert set(twilio.asked[0].form()) == {"To", "From", "Body"}


def test_send_by_a_service_lets_it_choose_the_number_unless_pinned() -> None:
    with scripted(taken()) as twilio:
        options = OPTIONS | {"messaging_service_sid": SERVICE, "base_url": twilio.url}
        sent(Twilio(**options))
        sent(Twilio(**options, pin_sender=True))
    chosen, pinned = (asked.form() for asked in twilio.asked)
    assert chosen["MessagingServiceSid"] == pinned["MessagingServiceSid"] == SERVICE
    assert "From" not in chosen
    assert pinned["From"] == ADDRESS


@pytest.mark.parametrize(
    ("valid_for", "asked_for"),
    [
        (timedelta(0), "1"),
        (timedelta(seconds=-5), "1"),
        (timedelta(milliseconds=300), "1"),
        (timedelta(seconds=90.9), "90"),
        (timedelta(hours=10), "36000"),
        (timedelta(days=3), "36000"),
    ],
)
def test_send_keeps_validity_within_twilios_bounds(valid_for: timedelta, asked_for: str) -> None:
    with scripted(taken()) as twilio:
        sent(made(twilio.url), valid_for=valid_for)
    assert twilio.asked[0].form()["ValidityPeriod"] == asked_for


@pytest.mark.parametrize(
    ("reply", "error_code"),
    [
        (Reply(500), "http_500"),
        (Reply(503, headers={"Retry-After": "1"}), "http_503"),
        (Reply(hang=True), "no_answer"),
        (Reply(reset=True), "no_answer"),
    ],
)
def test_send_is_made_once_whatever_breaks(reply: Reply, error_code: str) -> None:
    with scripted(reply) as twilio:
        result = sent(Hurried(**OPTIONS, base_url=twilio.url))
    assert result == SendResult(SendOutcome.UNKNOWN, error_code=error_code)
    assert [asked.method for asked in twilio.asked] == ["POST"]


def test_send_to_a_closed_door_may_be_repeated() -> None:
    with scripted(taken()) as twilio:
        provider = made(twilio.url)
    result = sent(provider)
    assert result.outcome is SendOutcome.REJECTED_RETRYABLE
    assert (result.error_code, result.advice) == ("unreachable", Advice.UNREACHABLE)


def test_send_waits_as_long_as_twilio_says() -> None:
    with scripted(refusal(429, 20429, **{"Retry-After": "7"})) as twilio:
        assert sent(made(twilio.url)).retry_after == timedelta(seconds=7)


def test_send_follows_no_redirect() -> None:
    with scripted(taken()) as elsewhere, scripted(Reply(307, b"", {})) as twilio:
        twilio.usual = Reply(307, headers={"Location": elsewhere.url})
        assert sent(made(twilio.url)).advice is Advice.STOP_SENDER
    assert (len(twilio.asked), len(elsewhere.asked)) == (1, 0)


def test_send_taken_and_failed_at_once_is_accepted_with_its_report() -> None:
    with scripted(taken(status="failed", error_code=30034)) as twilio:
        result = sent(made(twilio.url))
    report = DeliveryReport(ReportStatus.FAILED, TOKEN, SID, "30034", Advice.STOP_SENDER)
    assert result == SendResult(SendOutcome.ACCEPTED, SID, report=report)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"7",
        b'{"sid": null}',
        b'{"sid": 7}',
        b'{"sid": ""}',
        b'{"sid": "%s"}' % (b"S" * 200),
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_send_answer_that_makes_no_sense_is_open(body: bytes) -> None:
    with scripted(Reply(201, body)) as twilio:
        result = sent(made(twilio.url))
    assert result == SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"code": []}', b'{"code": "x"}', b"\xff"])
def test_send_refusal_that_makes_no_sense_goes_by_its_status(body: bytes) -> None:
    with scripted(Reply(400, body)) as twilio:
        result = sent(made(twilio.url))
    assert result == SendResult(SendOutcome.REJECTED_PERMANENT, error_code="http_400")


def test_send_logs_neither_number_nor_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with scripted(refusal(400, 21211)) as twilio:
        sent(made(twilio.url))
    assert NUMBER.lstrip("+") not in caplog.text
    assert "Stopp" not in caplog.text


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"account_sid": "x-secret-x"}, ValueError),
        ({"account_sid": 7}, TypeError),
        ({"api_key_sid": "x-secret-x"}, ValueError),
        ({"api_key_sid": "", "api_key_secret": "x-secret-x"}, ValueError),
        ({"api_key_secret": ""}, ValueError),
        ({"api_key_sid": "", "api_key_secret": ""}, ValueError),
        ({"auth_token": 7}, TypeError),
        ({"auth_tokens": "x-secret-x"}, TypeError),
        ({"auth_tokens": ["x-secret-x", ""]}, ValueError),
        ({"auth_tokens": [7]}, TypeError),
        ({"shared_keys": ["x-secret-x"]}, TypeError),
        ({"shared_keys": {"x-secret-x": ""}}, ValueError),
        ({"shared_keys": {"x-secret-x": 7}}, TypeError),
        ({"messaging_service_sid": "x-secret-x"}, ValueError),
        ({"pin_sender": "yes"}, TypeError),
        ({"pin_sender": True}, ValueError),
        ({"base_url": "http://sms.example.org"}, ValueError),
        ({"base_url": "https://sms.example.org", "region": "ie1"}, ValueError),
        ({"edge": 7}, TypeError),
        ({"unheard_of": "x-secret-x"}, TypeError),
    ],
)
def test_options_that_are_wrong_are_refused_in_words(
    changed: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        Twilio(**OPTIONS | changed)
    assert "x-secret-x" not in str(raised.value)


def test_options_region_and_edge_make_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_REGION", "au1")
    usual = Twilio(**OPTIONS)
    irish = Twilio(**OPTIONS, region="ie1", edge="dublin")
    assert allowed_to_call(usual) == "https://api.twilio.com/"
    assert allowed_to_call(irish) == "https://api.dublin.ie1.twilio.com/"


def allowed_to_call(provider: Twilio) -> str:
    return provider._messages._version.domain.twilio.http_client.only


def test_options_are_not_shown() -> None:
    provider = made("http://127.0.0.1:9")
    assert "an-invented" not in repr(provider) + repr(vars(provider))


def test_form_is_encoded_as_browsers_do() -> None:
    with scripted(taken()) as twilio:
        sent(made(twilio.url), text="a+b &=% 🎉\n")
    assert parse_qs(twilio.asked[0].body.decode())["Body"] == ["a+b &=% 🎉\n"]
