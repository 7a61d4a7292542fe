"""Infobip as the contract test needs it. Payloads are shaped from its public pages:

- accepted and errors: infobip.com/docs/api/channels/sms, "Send SMS message"; statuses from
  infobip.com/docs/essentials/response-status-and-error-codes;
- inbound: "Receive inbound SMS messages"; receipt: "Receive outbound SMS message reports".
"""

import json
from typing import Any

from messaging.providers.base import Advice, SendOutcome
from messaging.providers.infobip import Infobip
from messaging.providers.webhook import WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, PUBLIC, TOKEN, Case, Expected
from tests.messaging.providers.scripted import Reply

SECRET = "an-invented-path-secret-1"
LOGIN = "infobip:an-invented-password"
INBOUND_ID = "817790313235066447"
INBOUND_URL = f"{PUBLIC}/hooks/infobip/inbound/{SECRET}/"
RECEIPT_URL = f"{PUBLIC}/hooks/infobip/receipts/{TOKEN}.signed/"
JSON = {"content-type": "application/json"}
OPTIONS: dict[str, Any] = {
    "api_key": "an-invented-api-key",
    "webhook_secrets": [SECRET],
    "webhook_logins": [LOGIN],
}
PENDING = {
    "groupId": 1,
    "groupName": "PENDING",
    "id": 26,
    "name": "PENDING_ACCEPTED",
    "description": "Message sent to next instance",
}
TO_HANDSET = {
    "groupId": 3,
    "groupName": "DELIVERED",
    "id": 5,
    "name": "DELIVERED_TO_HANDSET",
    "description": "Message delivered to handset",
}
NO_ERROR = {
    "groupId": 0,
    "groupName": "OK",
    "id": 0,
    "name": "NO_ERROR",
    "description": "No Error",
    "permanent": False,
}


def made(url: str) -> Infobip:
    return Infobip(**OPTIONS, base_url=url)


def answer(**status: Any) -> Reply:
    content = {
        "bulkId": "2034072219640523072",
        "messages": [
            {
                "messageId": TOKEN,
                "status": PENDING | status,
                "destination": NUMBER.lstrip("+"),
                "details": {"messageCount": 1},
            }
        ],
    }
    return Reply(200, json.dumps(content).encode(), JSON)


def refused(status_id: int, name: str, group: int = 5) -> Reply:
    return answer(groupId=group, groupName="REJECTED", id=status_id, name=name)


def problem(status: int, code: str, **headers: str) -> Reply:
    content = {"errorCode": code, "description": "Invented.", "violations": [], "resources": []}
    return Reply(status, json.dumps(content).encode(), JSON | headers)


def call(url: str, content: Any, **changed: Any) -> WebhookRequest:
    body = json.dumps(content).encode()
    usual = {"method": "POST", "url": url, "headers": JSON, "body": body, "key": SECRET}
    return WebhookRequest(**usual | changed)


def text(**changed: Any) -> dict[str, Any]:
    """A text someone sent. `changed` may say from_, as `from` is Python's."""
    return {
        "messageId": INBOUND_ID,
        "from": NUMBER.lstrip("+"),
        "to": ADDRESS.lstrip("+"),
        "text": BODY,
        "cleanText": BODY,
        "keyword": "",
        "receivedAt": "2026-11-23T08:00:01.000+0000",
        "smsCount": 1,
        "price": {"pricePerMessage": 0, "currency": "EUR"},
        "callbackData": None,
        "nobodyKnowsThis": [{}],
    } | {name.rstrip("_"): value for name, value in changed.items()}


def report(**changed: Any) -> dict[str, Any]:
    return {
        "bulkId": "2034072219640523072",
        "messageId": TOKEN,
        "to": NUMBER.lstrip("+"),
        "sender": ADDRESS.lstrip("+"),
        "sentAt": "2026-11-23T08:00:01.000+0000",
        "doneAt": "2026-11-23T08:00:05.000+0000",
        "messageCount": 1,
        "mccMnc": "",
        "callbackData": None,
        "status": TO_HANDSET,
        "error": NO_ERROR,
        "nobodyKnowsThis": [{}],
    } | changed


def inbound(*texts: dict[str, Any]) -> WebhookRequest:
    found = texts or (text(),)
    content = {"results": found, "messageCount": len(found), "pendingMessageCount": 0}
    return call(INBOUND_URL, content)


def receipt(*reports: dict[str, Any], **changed: Any) -> WebhookRequest:
    """At the attempt's own address, unless `changed` says otherwise."""
    own = {"key": f"{TOKEN}.signed", "token": TOKEN}
    return call(RECEIPT_URL, {"results": reports or (report(),)}, **own | changed)


def forged() -> list[WebhookRequest]:
    content = {"results": [text()]}
    logins = ("Basic", "Basic ", "Basic aW5mb2JpcDp4", "Basic Blåbær\ud800", f"Bearer {LOGIN}")
    return [
        call(INBOUND_URL, content, key=""),
        call(INBOUND_URL, content, key=SECRET[:-1]),
        call(INBOUND_URL, content, key="Blåbær\x00"),
        call(RECEIPT_URL, {"results": [report()]}, key=f"{TOKEN}.unsigned"),
        *(call(INBOUND_URL, content, key="", headers={"authorization": each}) for each in logins),
    ]


_NO, _NOT_NOW = SendOutcome.REJECTED_PERMANENT, SendOutcome.REJECTED_RETRYABLE
_STOP = Advice.STOP_SENDER
CASE = Case(
    name="infobip",
    make=made,
    accepted=answer(),
    provider_id=TOKEN,
    inbound=inbound,
    inbound_id=INBOUND_ID,
    receipt=receipt,
    forged=forged,
    errors={
        "number": Expected(
            refused(52, "REJECTED_DESTINATION"), _NO, "REJECTED_DESTINATION", Advice.BAD_NUMBER
        ),
        "opted_out": Expected(
            refused(14, "REJECTED_DESTINATION"),
            _NO,
            "REJECTED_DESTINATION_BLOCKLISTED",
            Advice.OPTED_OUT,
        ),
        "sender": Expected(refused(11, "REJECTED_SOURCE"), _NOT_NOW, "REJECTED_SOURCE", _STOP),
        "no_money": Expected(
            refused(12, "REJECTED_NOT_ENOUGH_CREDITS"),
            _NOT_NOW,
            "REJECTED_NOT_ENOUGH_CREDITS",
            _STOP,
        ),
        "trial": Expected(
            refused(18, "REJECTED_DESTINATION_NOT_REGISTERED"),
            _NOT_NOW,
            "REJECTED_DESTINATION_NOT_REGISTERED",
        ),
        "too_long": Expected(
            refused(25, "REJECTED_MESSAGE_TOO_LONG"), _NO, "REJECTED_MESSAGE_TOO_LONG"
        ),
        "taken_on_before": Expected(
            refused(23, "REJECTED_DUPLICATE_MESSAGE_ID"),
            SendOutcome.UNKNOWN,
            "REJECTED_DUPLICATE_MESSAGE_ID",
        ),
        "malformed": Expected(
            refused(100, "UNDELIVERABLE_REJECTED_PLATFORM", 2),
            _NO,
            "UNDELIVERABLE_REJECTED_PLATFORM",
        ),
        "status_nobody_knows": Expected(refused(99, "REJECTED_NOVEL"), _NO, "rejected"),
        "group_nobody_knows": Expected(
            answer(groupId=9, groupName="NOVEL"), SendOutcome.UNKNOWN, "unreadable_answer"
        ),
        "forbidden": Expected(problem(403, "E403"), _NOT_NOW, "http_403", _STOP),
        "bad_request": Expected(problem(400, "E400"), _NO, "http_400"),
        "internal": Expected(problem(500, "E500"), SendOutcome.UNKNOWN, "http_500"),
        "no_messages": Expected(
            Reply(200, b'{"messages": []}'), SendOutcome.UNKNOWN, "unreadable_answer"
        ),
    },
    wrong_secret=problem(401, "E401"),
)
