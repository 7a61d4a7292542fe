"""Africa's Talking as the contract test needs it. Payloads are shaped from its public pages:

- accepted and errors: docs.africastalking.com/sms/sending/bulk;
- inbound, receipt and opt-out: docs.africastalking.com/sms/notifications.
"""

import json
from typing import Any
from urllib.parse import urlencode

from messaging.providers.africastalking import AfricasTalking
from messaging.providers.base import Advice, SendOutcome
from messaging.providers.webhook import Fields, WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, PUBLIC, Case, Expected
from tests.messaging.providers.scripted import Reply

SECRET = "an-invented-path-secret-1"
OLD_SECRET = "an-invented-path-secret-0"
MESSAGE_ID = "ATXid_00000000000000000000000000000001"
INBOUND_ID = "00000000-0000-4000-8000-000000000002"
INBOUND_URL = f"{PUBLIC}/hooks/africastalking/inbound/{SECRET}/"
RECEIPT_URL = f"{PUBLIC}/hooks/africastalking/receipts/{SECRET}/"
OPTIONS: dict[str, Any] = {
    "username": "clinic",
    "api_key": "atsk_an-invented-api-key",
    "webhook_secrets": [SECRET, OLD_SECRET],
}


def made(url: str) -> AfricasTalking:
    return AfricasTalking(**OPTIONS, base_url=url)


def answer(*recipients: dict[str, Any], words: str = "Sent to 1/1 Total Cost: KES 0.8") -> Reply:
    content = {"SMSMessageData": {"Message": words, "Recipients": list(recipients)}}
    return Reply(201, json.dumps(content).encode(), {"Content-Type": "application/json"})


def recipient(**changed: Any) -> dict[str, Any]:
    return {
        "statusCode": 101,
        "number": NUMBER,
        "status": "Success",
        "cost": "KES 0.8000",
        "messageId": MESSAGE_ID,
        "messageParts": 1,
    } | changed


def refused(code: int, word: str) -> Reply:
    return answer(recipient(statusCode=code, status=word, cost="0", messageId="None"))


def call(url: str, form: Fields, **changed: Any) -> WebhookRequest:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    usual = {"method": "POST", "url": url, "headers": headers, "form": form, "key": SECRET}
    return WebhookRequest(**usual | {"body": urlencode(form).encode()} | changed)


INBOUND: Fields = (
    ("linkId", ""),
    ("text", BODY),
    ("to", ADDRESS),
    ("id", INBOUND_ID),
    ("date", "2026-11-23 08:00:01"),
    ("from", NUMBER),
    ("networkCode", "62120"),
    ("NobodyKnowsThis", "1"),
)
RECEIPT: Fields = (
    ("phoneNumber", NUMBER),
    ("failureReason", ""),
    ("retryCount", "0"),
    ("id", MESSAGE_ID),
    ("status", "Success"),
    ("networkCode", "62120"),
    ("NobodyKnowsThis", "1"),
)


def inbound(**changed: str) -> WebhookRequest:
    """`changed` may say from_, as `from` is Python's."""
    fields = {name.rstrip("_"): value for name, value in changed.items()}
    return call(INBOUND_URL, tuple((dict(INBOUND) | fields).items()))


def receipt(**changed: str) -> WebhookRequest:
    return call(RECEIPT_URL, tuple((dict(RECEIPT) | changed).items()))


def opt_out(**changed: str) -> WebhookRequest:
    fields = {"senderId": "CLINIC", "phoneNumber": NUMBER} | changed
    return call(INBOUND_URL, tuple(fields.items()))


def forged() -> list[WebhookRequest]:
    return [
        call(INBOUND_URL, INBOUND, key=""),
        call(INBOUND_URL, INBOUND, key=SECRET[:-1]),
        call(INBOUND_URL, INBOUND, key=SECRET + "x"),
        call(INBOUND_URL, INBOUND, key="Blåbær\x00"),
        call(INBOUND_URL, INBOUND, key="", headers={"apikey": OPTIONS["api_key"]}),
    ]


_NO, _NOT_NOW = SendOutcome.REJECTED_PERMANENT, SendOutcome.REJECTED_RETRYABLE
_OPEN = SendOutcome.UNKNOWN
_ANYTHING_ELSE = "unreadable_answer"
CASE = Case(
    name="africastalking",
    make=made,
    accepted=answer(recipient()),
    provider_id=MESSAGE_ID,
    inbound=inbound,
    inbound_id=INBOUND_ID,
    receipt=receipt,
    forged=forged,
    errors={
        "risk": Expected(refused(401, "RiskHold"), _OPEN, "RiskHold", Advice.STOP_SENDER),
        "sender": Expected(
            refused(402, "InvalidSenderId"), _NOT_NOW, "InvalidSenderId", Advice.STOP_SENDER
        ),
        "sender_of_the_whole_call": Expected(
            answer(words="InvalidSenderId"), _NOT_NOW, "InvalidSenderId", Advice.STOP_SENDER
        ),
        "number": Expected(
            refused(403, "InvalidPhoneNumber"), _NO, "InvalidPhoneNumber", Advice.BAD_NUMBER
        ),
        "landline": Expected(
            refused(404, "UnsupportedNumberType"), _NO, "UnsupportedNumberType", Advice.BAD_NUMBER
        ),
        "no_money": Expected(
            refused(405, "InsufficientBalance"), _NOT_NOW, "InsufficientBalance", Advice.STOP_SENDER
        ),
        "opted_out": Expected(
            refused(406, "UserInBlacklist"), _NO, "UserInBlacklist", Advice.OPTED_OUT
        ),
        "no_route": Expected(refused(407, "CouldNotRoute"), _NO, "CouldNotRoute"),
        "do_not_disturb": Expected(
            refused(409, "DoNotDisturbRejection"), _NO, "DoNotDisturbRejection"
        ),
        "internal": Expected(refused(500, "InternalServerError"), _OPEN, "InternalServerError"),
        "gateway": Expected(refused(501, "GatewayError"), _OPEN, "GatewayError"),
        "refused_by_gateway": Expected(
            refused(502, "RejectedByGateway"), _NOT_NOW, "RejectedByGateway"
        ),
        "code_nobody_knows": Expected(refused(499, "Novel"), _OPEN, _ANYTHING_ELSE),
        "words_nobody_knows": Expected(answer(words="Something new"), _OPEN, _ANYTHING_ELSE),
        "redirect": Expected(
            Reply(302, headers={"Location": "http://127.0.0.1:9/"}),
            _NOT_NOW,
            "http_302",
            Advice.STOP_SENDER,
        ),
        "bad_request": Expected(Reply(400, b"Request is missing"), _NO, "http_400"),
        "unavailable": Expected(Reply(503, b"<html>"), _OPEN, "http_503"),
        "xml": Expected(Reply(201, b"<AfricasTalkingResponse/>"), _OPEN, _ANYTHING_ELSE),
    },
    wrong_secret=Reply(401, b"The supplied authentication is invalid"),
)
