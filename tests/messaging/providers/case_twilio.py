"""Twilio as the contract test needs it. Payloads are shaped from Twilio's public pages:

- accepted and errors: docs/messaging/api/message-resource ("Create a Message") and
  docs/usage/twilios-response, under twilio.com;
- inbound: docs/messaging/guides/webhook-request;
- receipt: docs/messaging/guides/track-outbound-message-status.
"""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from messaging.providers.base import Advice, SendOutcome
from messaging.providers.twilio import Twilio
from messaging.providers.webhook import Fields, WebhookRequest
from tests.messaging.providers.case import ADDRESS, BODY, NUMBER, PUBLIC, TOKEN, Case, Expected
from tests.messaging.providers.scripted import Reply

ACCOUNT = "AC" + "0" * 32
KEY = "SK" + "0" * 32
SID = "SM" + "0" * 31 + "1"
INBOUND_SID = "SM" + "0" * 31 + "2"
AUTH_TOKEN = "an-invented-auth-token-1"
OLD_TOKEN = "an-invented-auth-token-0"
SHARED_KEY = "webhooks_sharedkey_invented1"
SHARED_SECRET = "an-invented-shared-secret"
INBOUND_URL = f"{PUBLIC}/hooks/twilio/inbound/"
RECEIPT_URL = f"{PUBLIC}/hooks/twilio/receipt/{TOKEN}.signed"


def made(url: str) -> Twilio:
    return Twilio(**OPTIONS, base_url=url)


OPTIONS: dict[str, Any] = {
    "account_sid": ACCOUNT,
    "api_key_sid": KEY,
    "api_key_secret": "an-invented-api-secret",
    "auth_tokens": [AUTH_TOKEN, OLD_TOKEN],
    "shared_keys": {SHARED_KEY: SHARED_SECRET},
}


def message(**changed: Any) -> dict[str, Any]:
    """A Message as Twilio shows it, here just taken on and queued."""
    return {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": BODY,
        "date_created": "Mon, 23 Nov 2026 08:00:01 +0000",
        "date_sent": None,
        "date_updated": "Mon, 23 Nov 2026 08:00:01 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": ADDRESS,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": SID,
        "status": "queued",
        "subresource_uris": {},
        "to": NUMBER,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{SID}.json",
    } | changed


def taken(**changed: Any) -> Reply:
    return Reply(201, json.dumps(message(**changed)).encode(), {"Content-Type": "application/json"})


def refusal(status: int, code: int, **headers: str) -> Reply:
    page = f"https://www.twilio.com/docs/errors/{code}"
    content = {"code": code, "message": "Invented.", "more_info": page, "status": status}
    return Reply(status, json.dumps(content).encode(), headers)


def signature(url: str, form: Fields, secret: str, made_with: str = "sha1") -> str:
    """By the description at docs/usage/webhooks/webhooks-security, not by the SDK under test."""
    text = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), made_with)).decode()


def call(url: str, form: Fields, *, secret: str = AUTH_TOKEN, **changed: Any) -> WebhookRequest:
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": signature(url, form, secret),
    }
    usual = {"method": "POST", "url": url, "headers": headers, "form": form}
    return WebhookRequest(**usual | {"body": urlencode(form).encode()} | changed)


INBOUND: Fields = (
    ("ToCountry", "GB"),
    ("SmsMessageSid", INBOUND_SID),
    ("NumMedia", "0"),
    ("FromCity", ""),
    ("SmsSid", INBOUND_SID),
    ("SmsStatus", "received"),
    ("Body", BODY),
    ("To", ADDRESS),
    ("NumSegments", "1"),
    ("MessageSid", INBOUND_SID),
    ("AccountSid", ACCOUNT),
    ("From", NUMBER),
    ("ApiVersion", "2010-04-01"),
    ("NobodyKnowsThis", "1"),
)
RECEIPT: Fields = (
    ("SmsSid", SID),
    ("SmsStatus", "delivered"),
    ("MessageStatus", "delivered"),
    ("ErrorCode", ""),
    ("To", NUMBER),
    ("From", ADDRESS),
    ("MessageSid", SID),
    ("AccountSid", ACCOUNT),
    ("RawDlrDoneDate", "2611230900"),
    ("NobodyKnowsThis", "1"),
)


def inbound(**changed: str) -> WebhookRequest:
    return call(INBOUND_URL, changed_fields(INBOUND, changed))


def receipt(**changed: str) -> WebhookRequest:
    form = changed_fields(RECEIPT, changed)
    return call(RECEIPT_URL, form, key=f"{TOKEN}.signed", token=TOKEN)


def changed_fields(form: Fields, changed: dict[str, str]) -> Fields:
    kept = tuple(pair for pair in form if pair[0] not in changed)
    return kept + tuple(changed.items())


def forged() -> list[WebhookRequest]:
    """All but right. A token of ours that is genuine stands in for no signature."""
    good = signature(INBOUND_URL, INBOUND, AUTH_TOKEN)
    without_blanks = tuple(pair for pair in INBOUND if pair[1])
    elsewhere = INBOUND_URL.replace("https", "http")
    body = b'{"MessageSid": "SM1"}'
    return [
        call(INBOUND_URL, INBOUND, headers={}),
        call(INBOUND_URL, INBOUND, headers={}, key="secret", token=TOKEN),
        call(INBOUND_URL, INBOUND, headers={"x-twilio-signature": ""}),
        call(INBOUND_URL, INBOUND, headers={"x-twilio-signature": "Blåbær\x00=="}),
        call(INBOUND_URL, INBOUND, secret="another-secret"),
        call(INBOUND_URL, without_blanks, headers={"x-twilio-signature": good}),
        call(INBOUND_URL, (*INBOUND, ("More", "")), headers={"x-twilio-signature": good}),
        call(elsewhere, INBOUND, headers={"x-twilio-signature": good}),
        call(INBOUND_URL + "?a=1", INBOUND, headers={"x-twilio-signature": good}),
        # The address alone is signed, and says nothing of the body.
        call(INBOUND_URL, (), body=body),
        call(INBOUND_URL + "?bodySHA256=", (), body=body),
        call(INBOUND_URL + "?bodySHA256=" + hashlib.sha256(b"{}").hexdigest(), (), body=body),
    ]


_STOPPED = (SendOutcome.REJECTED_RETRYABLE, "20003", Advice.STOP_SENDER)
CASE = Case(
    name="twilio",
    make=made,
    accepted=taken(),
    provider_id=SID,
    inbound=inbound,
    inbound_id=INBOUND_SID,
    receipt=receipt,
    forged=forged,
    errors={
        "invalid_number": Expected(
            refusal(400, 21211), SendOutcome.REJECTED_PERMANENT, "21211", Advice.BAD_NUMBER
        ),
        "opted_out": Expected(
            refusal(400, 21610), SendOutcome.REJECTED_PERMANENT, "21610", Advice.OPTED_OUT
        ),
        "too_many": Expected(
            refusal(429, 20429), SendOutcome.REJECTED_RETRYABLE, "20429", Advice.SLOW_DOWN
        ),
        "too_many_unexplained": Expected(
            Reply(429), SendOutcome.REJECTED_RETRYABLE, "http_429", Advice.SLOW_DOWN
        ),
        "wrong_secret": Expected(refusal(401, 20003), *_STOPPED),
        "sender_not_ours": Expected(
            refusal(400, 21606), SendOutcome.REJECTED_RETRYABLE, "21606", Advice.STOP_SENDER
        ),
        "too_long": Expected(refusal(400, 21617), SendOutcome.REJECTED_PERMANENT, "21617"),
        "code_nobody_knows": Expected(refusal(400, 29999), SendOutcome.REJECTED_PERMANENT, "29999"),
        "redirect": Expected(
            Reply(302, headers={"Location": "http://127.0.0.1:9/"}),
            SendOutcome.REJECTED_RETRYABLE,
            "http_302",
            Advice.STOP_SENDER,
        ),
        "internal": Expected(refusal(500, 20500), SendOutcome.UNKNOWN, "20500"),
        "unavailable": Expected(Reply(503, b"<html>"), SendOutcome.UNKNOWN, "http_503"),
        "unreadable": Expected(Reply(201, b"<html>"), SendOutcome.UNKNOWN, "unreadable_answer"),
    },
    wrong_secret=refusal(401, 20003),
)
