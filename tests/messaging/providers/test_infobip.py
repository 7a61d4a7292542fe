"""What is Infobip's own in sending and looking up; the rest is in the contract test."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messaging.providers import wire
from messaging.providers.base import (
    DeliveryReport,
    LookUp,
    LookUpState,
    Outgoing,
    ReportStatus,
    SendOutcome,
    SendResult,
)
from messaging.providers.infobip import Infobip
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, TOKEN
from tests.messaging.providers.case_infobip import (
    CASE,
    OPTIONS,
    RECEIPT_URL,
    answer,
    made,
    report,
)
from tests.messaging.providers.scripted import Asked, Reply, scripted

ANYWHERE = "https://abcde.api.example.org"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DELIVERED = DeliveryReport(ReportStatus.DELIVERED, TOKEN, TOKEN)


def outgoing(**changed: Any) -> Outgoing:
    usual = {"token": TOKEN, "sender_address": ADDRESS, "number": NUMBER, "text": BODY}
    return Outgoing(**usual | {"callback_url": RECEIPT_URL} | changed)


def sent(reply: Reply = CASE.accepted, **changed: Any) -> tuple[SendResult, Asked]:
    async def send_and_close(by: Infobip) -> SendResult:
        try:
            return await by.send(outgoing(**changed))
        finally:
            await wire.close()

    with scripted(reply) as gateway:
        return asyncio.run(send_and_close(made(gateway.url))), gateway.asked[0]


def looked_up(reply: Reply) -> tuple[LookUp, list[Asked]]:
    async def look_up_and_close(by: Infobip) -> LookUp:
        try:
            return await by.look_up(outgoing(), NOW)
        finally:
            await wire.close()

    with scripted(reply) as gateway:
        return asyncio.run(look_up_and_close(made(gateway.url))), gateway.asked


def test_send_names_the_message_by_our_token() -> None:
    result, asked = sent(valid_for=timedelta(hours=2))

    assert result == SendResult(SendOutcome.ACCEPTED, TOKEN)
    assert (asked.method, asked.path) == ("POST", "/sms/3/messages")
    assert asked.headers["authorization"] == "App an-invented-api-key"
    assert asked.headers["content-type"] == "application/json"
    assert json.loads(asked.body) == {
        "messages": [
            {
                "sender": "447700900999",
                "destinations": [{"to": "447700900123", "messageId": TOKEN}],
                "content": {"text": BODY},
                "options": {"validityPeriod": {"amount": 120, "timeUnit": "MINUTES"}},
                "webhooks": {
                    "delivery": {"url": RECEIPT_URL, "intermediateReport": False},
                    "contentType": "application/json",
                },
            }
        ]
    }


def test_send_leaves_out_what_was_not_asked_for() -> None:
    _, asked = sent(callback_url="", sender_address="CLINIC")

    [message] = json.loads(asked.body)["messages"]
    assert message.keys() == {"sender", "destinations", "content"}
    assert message["sender"] == "CLINIC"


@pytest.mark.parametrize(
    ("valid_for", "minutes"),
    [
        (timedelta(seconds=-5), 1),
        (timedelta(seconds=59), 1),
        (timedelta(seconds=119), 1),
        (timedelta(days=2), 2880),
        (timedelta(days=400), 2880),
    ],
)
def test_send_keeps_validity_within_bounds(valid_for: timedelta, minutes: int) -> None:
    _, asked = sent(valid_for=valid_for)

    options = json.loads(asked.body)["messages"][0]["options"]
    assert options["validityPeriod"]["amount"] == minutes


def test_send_keeps_an_id_that_is_not_ours() -> None:
    other = Reply(200, CASE.accepted.body.replace(TOKEN.encode(), b"2034072219640523073"))

    result, _ = sent(other)

    assert result == SendResult(SendOutcome.ACCEPTED, "2034072219640523073")


def test_send_reads_a_group_by_its_name_too() -> None:
    result, _ = sent(answer(groupId=None, groupName="PENDING"))

    assert result.outcome is SendOutcome.ACCEPTED


def test_look_up_asks_the_logs_for_the_token_alone() -> None:
    found, [asked] = looked_up(Reply(200, json.dumps({"results": [report()]}).encode()))

    assert found == LookUp(LookUpState.FOUND, TOKEN, DELIVERED)
    assert (asked.method, asked.path) == ("GET", "/sms/3/logs")
    assert asked.query == (("messageId", TOKEN),)
    assert asked.headers["authorization"] == "App an-invented-api-key"


def test_look_up_finds_a_text_still_on_its_way() -> None:
    pending = {"groupId": 1, "groupName": "PENDING", "id": 7, "name": "PENDING_ENROUTE"}
    found, _ = looked_up(Reply(200, json.dumps({"results": [report(status=pending)]}).encode()))

    assert found == LookUp(LookUpState.FOUND, TOKEN)


def test_look_up_finds_a_text_whose_status_makes_no_sense() -> None:
    found, _ = looked_up(Reply(200, json.dumps({"results": [report(status=None)]}).encode()))

    assert found == LookUp(LookUpState.FOUND, TOKEN)


@pytest.mark.parametrize("results", [[], [report(messageId="another")], [{}]])
def test_look_up_that_finds_nothing_is_not_final(results: list[Any]) -> None:
    found, _ = looked_up(Reply(200, json.dumps({"results": results}).encode()))

    assert found == LookUp(LookUpState.NOT_FOUND)
    assert not made(ANYWHERE).capabilities.look_up_is_final


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401),
        Reply(429),
        Reply(500),
        Reply(200),
        Reply(200, b"{}"),
        Reply(200, b'{"results": [1]}'),
        Reply(204, b'{"results": []}'),
        Reply(reset=True),
    ],
)
def test_look_up_that_goes_wrong_has_learnt_nothing(reply: Reply) -> None:
    found, asked = looked_up(reply)

    assert found == LookUp(LookUpState.UNAVAILABLE)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"base_url": "http://invented.example.org"}, ValueError),
        ({"base_url": ""}, ValueError),
        ({"api_key": "an invented\nkey"}, ValueError),
        ({"webhook_secrets": "invented"}, TypeError),
        ({"webhook_logins": ["invented"]}, ValueError),
        ({"webhook_logins": "invented:invented"}, TypeError),
    ],
)
def test_wrong_option_is_named_and_not_repeated(
    changed: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error, match=next(iter(changed))) as raised:
        Infobip(**OPTIONS | {"base_url": ANYWHERE} | changed)

    assert "invented" not in str(raised.value)
