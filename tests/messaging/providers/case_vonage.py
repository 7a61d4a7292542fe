"""Vonage as the contract test needs it, with signed webhooks. Payloads are shaped from its public
pages, under developer.vonage.com:

- accepted and errors: /api/sms and /messaging/sms/guides/troubleshooting-sms;
- inbound: /messaging/sms/guides/inbound-sms; receipt: /messaging/sms/guides/delivery-receipts;
- signatures: /getting-started/concepts/signing-messages.
"""

import hashlib
import json
import time
from typing import Any
from urllib.parse import urlencode

from messaging.providers.base import Advice, SendOutcome
from messaging.providers.vonage import Vonage
from messaging.providers.webhook import WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, PUBLIC, TOKEN, Case, Expected
from tests.messaging.providers.scripted import Reply

SECRET = "an-invented-signature-secret-1"
OLD_SECRET = "an-invented-signature-secret-0"
MESSAGE_ID = "0A0000000123ABCD1"
INBOUND_ID = "0B00000053FFB40F"
INBOUND_URL = f"{PUBLIC}/hooks/vonage/inbound/"
RECEIPT_URL = f"{PUBLIC}/hooks/vonage/receipts/{TOKEN}.signed/"
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
OPTIONS: dict[str, Any] = {
    "api_key": "abcd1234",
    "api_secret": "an-invented-api-secret",
    "signature_secrets": [SECRET, OLD_SECRET],
}


def made(url: str) -> Vonage:
    return Vonage(**OPTIONS, base_url=url)


def part(**changed: str) -> dict[str, str]:
    """One part in an answer; `changed` has _ for -."""
    return {
        "to": NUMBER.lstrip("+"),
        "message-id": MESSAGE_ID,
        "status": "0",
        "remaining-balance": "15.53590000",
        "message-price": "0.03330000",
        "network": "23410",
    } | {name.replace("_", "-"): value for name, value in changed.items()}


def answer(*parts: dict[str, str]) -> Reply:
    content = {"message-count": str(len(parts)), "messages": parts}
    return Reply(200, json.dumps(content).encode(), JSON)


def refused(*statuses: int) -> Reply:
    return answer(*({"status": str(each), "error-text": "Invented."} for each in statuses))


def text(**changed: str) -> dict[str, str]:
    """A text someone sent; `changed` has _ for -."""
    return {
        "api-key": "abcd1234",
        "msisdn": NUMBER.lstrip("+"),
        "to": ADDRESS.lstrip("+"),
        "messageId": INBOUND_ID,
        "text": BODY,
        "type": "unicode",
        "keyword": "STOPP",
        "message-timestamp": "2026-11-23 08:00:01",
        "nobody-knows-this": "1",
        "blank": "",
    } | {name.replace("_", "-"): value for name, value in changed.items()}


def report(**changed: str) -> dict[str, str]:
    return {
        "msisdn": NUMBER.lstrip("+"),
        "to": ADDRESS.lstrip("+"),
        "network-code": "23410",
        "messageId": MESSAGE_ID,
        "price": "0.03330000",
        "status": "delivered",
        "scts": "2611230800",
        "err-code": "0",
        "api-key": "abcd1234",
        "client-ref": TOKEN,
        "message-timestamp": "2026-11-23 08:00:05",
        "nobody-knows-this": "1",
        "blank": "",
    } | {name.replace("_", "-"): value for name, value in changed.items()}


def signature(fields: dict[str, str], secret: str = SECRET) -> str:
    """ "MD5 hash", by its description and not by the code under test."""
    pairs = sorted(fields.items())
    plain = [f"&{name}={value.replace('&', '_').replace('=', '_')}" for name, value in pairs]
    return hashlib.md5(("".join(plain) + secret).encode()).hexdigest()


def signed(fields: dict[str, str], secret: str = SECRET, age: int = 0) -> dict[str, str]:
    dated = fields | {"timestamp": str(int(time.time()) - age), "nonce": "an-invented-nonce"}
    return dated | {"sig": signature(dated, secret)}


def call(url: str, fields: dict[str, str], **changed: Any) -> WebhookRequest:
    usual = {"method": "POST", "url": url, "headers": FORM, "form": tuple(fields.items())}
    return WebhookRequest(**usual | {"body": urlencode(fields).encode()} | changed)


def json_call(url: str, fields: Any, **changed: Any) -> WebhookRequest:
    usual = {"method": "POST", "url": url, "headers": JSON, "body": json.dumps(fields).encode()}
    return WebhookRequest(**usual | changed)


def inbound(**changed: str) -> WebhookRequest:
    return call(INBOUND_URL, signed(text(**changed)))


def receipt(**changed: str) -> WebhookRequest:
    own = {"key": f"{TOKEN}.signed", "token": TOKEN}
    return call(RECEIPT_URL, signed(report(**changed)), **own)


def forged() -> list[WebhookRequest]:
    """All but right. A token of ours that is genuine stands in for no signature."""
    good = signed(text())
    return [
        call(INBOUND_URL, text()),
        call(INBOUND_URL, text(), key="secret", token=TOKEN),
        call(INBOUND_URL, good | {"sig": ""}),
        call(INBOUND_URL, good | {"sig": "Blåbær\x00"}),
        call(INBOUND_URL, good | {"sig": good["sig"][:-1]}),
        call(INBOUND_URL, good | {"more": ""}),
        call(INBOUND_URL, {name: value for name, value in good.items() if value}),
        call(INBOUND_URL, signed(text(), "another-secret")),
        call(INBOUND_URL, signed(text(), age=26 * 3600)),
        call(INBOUND_URL, signed(text(), age=-600)),
        call(INBOUND_URL, good, method="GET"),
        call(INBOUND_URL, {}, method="GET", query=tuple(good.items())),
        json_call(INBOUND_URL, text()),
        json_call(INBOUND_URL, [good]),
    ]


_NO, _NOT_NOW = SendOutcome.REJECTED_PERMANENT, SendOutcome.REJECTED_RETRYABLE
_STOP = Advice.STOP_SENDER
CASE = Case(
    name="vonage",
    make=made,
    accepted=answer(part()),
    provider_id=MESSAGE_ID,
    inbound=inbound,
    inbound_id=INBOUND_ID,
    receipt=receipt,
    forged=forged,
    errors={
        "throttled": Expected(refused(1), _NOT_NOW, "status_1", Advice.SLOW_DOWN),
        "invalid_parameter": Expected(refused(3), _NO, "status_3"),
        "internal": Expected(refused(5), SendOutcome.UNKNOWN, "status_5"),
        "number": Expected(refused(6), _NO, "status_6", Advice.BAD_NUMBER),
        "no_money": Expected(refused(9), _NOT_NOW, "status_9", _STOP),
        "too_long": Expected(refused(12), _NO, "status_12"),
        "sender": Expected(refused(15), _NOT_NOW, "status_15", _STOP),
        "trial": Expected(refused(29), _NOT_NOW, "status_29"),
        "not_in_use": Expected(refused(33), _NO, "status_33", Advice.BAD_NUMBER),
        "status_nobody_knows": Expected(refused(77), _NO, "status_77"),
        "parts_that_differ": Expected(refused(1, 5), SendOutcome.UNKNOWN, "status_5"),
        "no_parts": Expected(answer(), SendOutcome.UNKNOWN, "unreadable_answer"),
        "unauthorised": Expected(Reply(401), _NOT_NOW, "http_401", _STOP),
        "unavailable": Expected(Reply(503, b"<html>"), SendOutcome.UNKNOWN, "http_503"),
    },
    wrong_secret=refused(4),
)
