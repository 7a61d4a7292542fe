"""An invented aggregator, the usual kind, as the contract test needs it: JSON out, a key in a
header, answers with a status and an id, texts and reports as JSON lists."""

import json
from typing import Any

from messaging.providers.base import Advice, SendOutcome
from messaging.providers.generic_http import GenericHttp
from messaging.providers.webhook import WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, PUBLIC, TOKEN, Case, Expected
from tests.messaging.providers.scripted import Reply

SECRET = "an-invented-path-secret-1"
KEY = "an-invented-api-key"
PROVIDER_ID = "agg-17"
INBOUND_ID = "agg-18"
OPTIONS: dict[str, Any] = {
    "content": "json",
    "body": {
        "messages": [{"to": "{{ number }}", "from": "{{ sender }}", "text": "{{ text }}"}],
        "reference": "{{ token }}",
        "callback": "{{ callback_url }}",
        "ttl": "{{ valid_minutes }}",
        "flash": False,
    },
    "headers": {"Authorization": "Bearer {{ secret }}"},
    "secret": KEY,
    "answer": {
        "accepted_path": "messages[0].status",
        "accepted_values": ["queued", 0],
        "id_path": "messages[0].id",
        "error_path": "error.code",
        "codes": {
            "permanent": ["E_TEXT"],
            "retryable": ["E_BUSY", "http_503"],
            "bad_number": [102],
            "opted_out": ["E_STOP"],
            "stop_sender": ["E_CREDIT"],
            "slow_down": ["E_RATE"],
        },
    },
    "inbound": {
        "content": "json",
        "list": "results",
        "id": "id",
        "from": "sender.number",
        "to": "to",
        "text": "text",
    },
    "receipts": {
        "content": "json",
        "list": "results",
        "id": "id",
        "token": "reference",
        "status": "status.name",
        "error": "status.code",
        "delivered": ["DELIVRD"],
        "sent": ["SENT", "ACCEPTD"],
        "failed": ["REJECTD"],
        "undelivered": ["UNDELIV", "EXPIRED"],
        "codes": {"bad_number": [1], "opted_out": ["OPT"]},
    },
    "webhook_secrets": [SECRET],
}


def made(url: str, **changed: Any) -> GenericHttp:
    return GenericHttp(**OPTIONS | {"url": f"{url}/v1/send"} | changed)


def answered(status: int, content: Any) -> Reply:
    return Reply(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


def taken(**changed: Any) -> Reply:
    return answered(200, {"messages": [{"status": "queued", "id": PROVIDER_ID} | changed]})


def refusal(status: int, code: Any) -> Reply:
    return answered(status, {"error": {"code": code, "message": "Invented."}})


def call(kind: str, content: Any, **changed: Any) -> WebhookRequest:
    usual = {
        "method": "POST",
        "url": f"{PUBLIC}/hooks/generic/{kind}/{SECRET}/",
        "headers": {"content-type": "application/json"},
        "body": json.dumps(content).encode(),
        "key": SECRET,
    }
    return WebhookRequest(**usual | changed)


def inbound(**changed: Any) -> WebhookRequest:
    text = {
        "id": INBOUND_ID,
        "sender": {"number": NUMBER[1:], "network": ""},
        "to": ADDRESS,
        "text": BODY,
        "nobody": {"knows": ["this"]},
        "blank": "",
    }
    return call("inbound", {"results": [text], "total": 1}, **changed)


def receipt(**changed: Any) -> WebhookRequest:
    report = {
        "id": PROVIDER_ID,
        "reference": TOKEN,
        "status": {"name": "DELIVRD", "code": 0},
        "nobody": {"knows": ["this"]},
        "blank": "",
    }
    return call("receipts", {"results": [report]}, **{"key": TOKEN, "token": TOKEN} | changed)


def forged() -> list[WebhookRequest]:
    return [
        inbound(key=""),
        inbound(key=SECRET + "x"),
        inbound(key="Blåbær\x00"),
        receipt(token=""),
    ]


_PERMANENT = SendOutcome.REJECTED_PERMANENT
_FOR_NOW = SendOutcome.REJECTED_RETRYABLE
CASE = Case(
    name="generic_http",
    make=made,
    accepted=taken(),
    provider_id=PROVIDER_ID,
    inbound=inbound,
    inbound_id=INBOUND_ID,
    receipt=receipt,
    forged=forged,
    errors={
        "invalid_number": Expected(refusal(400, 102), _PERMANENT, "102", Advice.BAD_NUMBER),
        "invalid_number_by_200": Expected(refusal(200, 102), _PERMANENT, "102", Advice.BAD_NUMBER),
        "opted_out": Expected(refusal(409, "E_STOP"), _PERMANENT, "E_STOP", Advice.OPTED_OUT),
        "too_many": Expected(refusal(400, "E_RATE"), _FOR_NOW, "E_RATE", Advice.SLOW_DOWN),
        "too_many_unexplained": Expected(Reply(429), _FOR_NOW, "http_429", Advice.SLOW_DOWN),
        "busy": Expected(refusal(400, "E_BUSY"), _FOR_NOW, "E_BUSY"),
        "no_credit": Expected(refusal(200, "e_credit"), _FOR_NOW, "e_credit", Advice.STOP_SENDER),
        "bad_text": Expected(refusal(422, "E_TEXT"), _PERMANENT, "E_TEXT"),
        "code_nobody_knows": Expected(refusal(400, "E_NEW"), _PERMANENT, "E_NEW"),
        "code_that_is_a_number": Expected(refusal(400, NUMBER), _PERMANENT, "http_400"),
        "code_nobody_knows_by_200": Expected(refusal(200, "E_NEW"), SendOutcome.UNKNOWN, "E_NEW"),
        "moved": Expected(Reply(302), _FOR_NOW, "http_302", Advice.STOP_SENDER),
        "not_there": Expected(Reply(404), _FOR_NOW, "http_404", Advice.STOP_SENDER),
        "internal": Expected(Reply(500, b"<html>"), SendOutcome.UNKNOWN, "http_500"),
        "said_not_to_be_taken": Expected(Reply(503), _FOR_NOW, "http_503"),
        "unreadable": Expected(Reply(200, b"<html>"), SendOutcome.UNKNOWN, "unreadable_answer"),
        "another_status": Expected(taken(status="held"), SendOutcome.UNKNOWN, "unreadable_answer"),
    },
)
