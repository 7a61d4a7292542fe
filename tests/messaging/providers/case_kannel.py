"""Kannel as the contract test needs it. Payloads as Kannel 1.4.5 was seen to send and answer them;
names from Kannel's user guide, "X-Kannel Post Headers" and "Parameters (Escape Codes)".
"""

from typing import Any
from urllib.parse import parse_qsl

from messaging.providers.base import Advice, SendOutcome
from messaging.providers.kannel import Kannel
from messaging.providers.webhook import WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, PUBLIC, TOKEN, Case, Expected
from tests.messaging.providers.scripted import Reply

SECRET = "an-invented-path-secret-1"
OLD_SECRET = "an-invented-path-secret-0"
INBOUND_ID = "8fe84355-d98d-4a9e-b995-c7b174d9dff5"
INBOUND_URL = f"{PUBLIC}/hooks/kannel/inbound/{SECRET}/?id={INBOUND_ID}"
RECEIPT_URL = f"{PUBLIC}/hooks/kannel/receipts/{TOKEN}.signed/"
OPTIONS: dict[str, Any] = {
    "username": "sendwell",
    "password": "an invented = password",
    "webhook_secrets": [SECRET, OLD_SECRET],
}
TAKEN = Reply(202, b"0: Accepted for delivery")


def made(url: str) -> Kannel:
    return Kannel(**OPTIONS, url=f"{url}/cgi-bin/sendsms")


def call(url: str, **changed: Any) -> WebhookRequest:
    query = tuple(parse_qsl(url.partition("?")[2], keep_blank_values=True, errors="replace"))
    return WebhookRequest(**{"method": "GET", "url": url, "headers": {}, "query": query} | changed)


def inbound(**changed: Any) -> WebhookRequest:
    """`changed`: headers with _ for -, or url, body, key."""
    usual = {
        "content_type": 'text/plain; charset="UTF-8"',
        "x_kannel_from": NUMBER,
        "x_kannel_to": ADDRESS,
        "x_kannel_time": "2026-11-23 08:00:01",
        "x_kannel_smsc": "fake",
        "x_kannel_coding": "0",
        "x_kannel_service": "default",
        "x_kannel_binfo": "",
        "x_nobody_knows_this": "1",
    }
    parts = {"url": INBOUND_URL, "body": BODY.encode(), "key": SECRET}
    parts |= {name: changed.pop(name) for name in parts if name in changed}
    headers = {name.replace("_", "-"): value for name, value in (usual | changed).items()}
    return call(**parts, method="POST", headers=headers)


def receipt(query: str = "status=1&error=&nobody=1", **changed: Any) -> WebhookRequest:
    url = f"{RECEIPT_URL}?{query}"
    return call(url, **{"key": f"{TOKEN}.signed", "token": TOKEN} | changed)


def forged() -> list[WebhookRequest]:
    return [
        inbound(key=""),
        inbound(key=SECRET[:-1]),
        inbound(key=SECRET + "x"),
        inbound(key="Blåbær\x00"),
        receipt(key=f"{TOKEN}.unsigned", token=""),
    ]


def _said(status: int, words: str) -> Reply:
    return Reply(status, words.encode(), {"Content-Type": "text/html"})


_PERMANENT = SendOutcome.REJECTED_PERMANENT
_FOR_NOW = SendOutcome.REJECTED_RETRYABLE
CASE = Case(
    name="kannel",
    make=made,
    accepted=TAKEN,
    provider_id="",
    inbound=inbound,
    inbound_id=INBOUND_ID,
    receipt=receipt,
    forged=forged,
    errors={
        "wrong_secret": Expected(
            _said(403, "Authorization failed for sendsms"),
            _FOR_NOW,
            "not_authorised",
            Advice.STOP_SENDER,
        ),
        "not_routable": Expected(
            _said(403, "Not routable. Do not try again."), _PERMANENT, "not_routable"
        ),
        "queue_full": Expected(
            _said(503, "Temporal failure, try again later."),
            _FOR_NOW,
            "queue_full",
            Advice.SLOW_DOWN,
        ),
        "proxys_503": Expected(_said(503, "<html>"), SendOutcome.UNKNOWN, "http_503"),
        "sending_failed": Expected(_said(500, "Sending failed."), SendOutcome.UNKNOWN, "http_500"),
        "denied": Expected(
            _said(400, "Number(s) has/have been denied by white- and/or black-lists."),
            _PERMANENT,
            "denied_by_list",
        ),
        "no_receiver": Expected(
            _said(400, "Empty receiver number not allowed, rejected"),
            _PERMANENT,
            "bad_receiver",
            Advice.BAD_NUMBER,
        ),
        "no_sender": Expected(
            _said(400, "Sender missing and no global set, rejected"),
            _FOR_NOW,
            "no_sender",
            Advice.STOP_SENDER,
        ),
        "bad_callback": Expected(
            _said(400, "DLR-URL field misformed, rejected"),
            _FOR_NOW,
            "bad_dlr_url",
            Advice.STOP_SENDER,
        ),
        "bad_text": Expected(
            _said(400, "Charset or body misformed, rejected"), _PERMANENT, "http_400"
        ),
        "not_sendsms": Expected(
            _said(404, "Unknown request."), _FOR_NOW, "http_404", Advice.STOP_SENDER
        ),
        "too_many": Expected(Reply(429), _FOR_NOW, "http_429", Advice.SLOW_DOWN),
        "redirect": Expected(
            Reply(302, headers={"Location": "http://127.0.0.1:9/"}),
            _FOR_NOW,
            "http_302",
            Advice.STOP_SENDER,
        ),
        "unreadable": Expected(Reply(200, b"<html>"), SendOutcome.UNKNOWN, "unreadable_answer"),
        "unreadable_202": Expected(Reply(202), SendOutcome.UNKNOWN, "unreadable_answer"),
    },
    wrong_secret=_said(403, "Authorization failed for sendsms"),
)
