"""Vonage (once Nexmo), SMS API. Never tried against the live service.

Fields: developer.vonage.com/api/sms (POST /sms/json), with the limits that Vonage's own Python
client (vonage-sms 1.2.0) puts on them. Options and the dashboard's side: docs/providers/vonage.md.

The HTTP status is always 200; what became of the text stands in a status for each of its parts.
"""

import base64
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from messaging.addresses import is_number
from messaging.providers import options, refusals, vonage_webhooks, wire
from messaging.providers.base import (
    Capabilities,
    DeliveryReport,
    Outgoing,
    Provider,
    SendOutcome,
    SendResult,
)
from messaging.providers.vonage_codes import read_code, verdict
from messaging.providers.webhook import InboundText, WebhookRequest
from messaging.segments import is_gsm7

LIVE = "https://rest.nexmo.com"
#: Milliseconds (ttl).
LEAST_TTL = 20_000
MOST_TTL = 604_800_000
#: Characters of an address that Vonage's client lets through.
LONGEST_CALLBACK = 100


class Vonage(Provider):
    """`api_key` and `api_secret`: of the account.

    `signature_secrets`: webhooks must be signed with one of them, by `signature_method` (md5hash,
    md5, sha1, sha256 or sha512, as set in the dashboard). Without any, webhooks pass by a secret at
    the end of their address (`webhook_secrets`), and reports by the token in their own address.
    `base_url` is for a test server."""

    #: An account may make 30 calls a second.
    capabilities = Capabilities(max_in_flight=30, by_wire=True)
    #: Of each call; a test is less patient.
    time_limits = wire.TIMEOUT

    def __init__(
        self,
        *,
        api_key: str,
        api_secret: str,
        signature_secrets: Sequence[str] = (),
        signature_method: str = "md5hash",
        webhook_secrets: Sequence[str] = (),
        base_url: str = LIVE,
    ) -> None:
        login = f"{options.header('api_key', api_key)}:{options.header('api_secret', api_secret)}"
        self._headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
        self._signature_secrets = options.secrets("signature_secrets", signature_secrets)
        if options.text("signature_method", signature_method) not in vonage_webhooks.METHODS:
            raise ValueError(f"signature_method is one of {', '.join(vonage_webhooks.METHODS)}")
        self._method = signature_method
        self.webhook_secrets = options.secrets("webhook_secrets", webhook_secrets)
        if self._signature_secrets:
            self.capabilities = replace(self.capabilities, signed_webhooks=True)
        self._url = options.server("base_url", base_url) + "/sms/json"

    async def send(self, outgoing: Outgoing) -> SendResult:
        try:
            answer = await wire.call(
                "POST",
                self._url,
                headers=self._headers,
                form=_form(outgoing),
                timeout=self.time_limits,
            )
        except wire.NotSent:
            return refusals.UNREACHABLE
        except wire.NoAnswer:
            return refusals.NO_ANSWER
        if not 200 <= answer.status < 300:
            return refusals.by_status(answer)
        return _result(answer)

    def verify(self, request: WebhookRequest) -> bool:
        """By POST only: a GET has the number in its address. Where there are signature secrets, by
        signature alone."""
        if request.method != "POST":
            return False
        if self._signature_secrets:
            return vonage_webhooks.is_genuine(
                request, self._signature_secrets, self._method, time.time()
            )
        return super().verify(request)

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        return vonage_webhooks.inbound_texts(request)

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        return vonage_webhooks.delivery_reports(request)


def _form(outgoing: Outgoing) -> dict[str, Any]:
    form: dict[str, Any] = {
        "from": _plain(outgoing.sender_address),
        "to": _plain(outgoing.number),
        "text": outgoing.text,
        "type": "text" if is_gsm7(outgoing.text) else "unicode",
        "client-ref": outgoing.token,
    }
    if outgoing.valid_for is not None:
        form["ttl"] = _milliseconds(outgoing.valid_for)
    if outgoing.callback_url:
        form["status-report-req"] = 1
        # Of a longer one nothing would be sent at all. The account's own address then gets the
        # reports, and client-ref says of which text.
        if len(outgoing.callback_url) <= LONGEST_CALLBACK:
            form["callback"] = outgoing.callback_url
    return form


def _plain(address: str) -> str:
    """Numbers without their +, as the documentation asks."""
    return address.removeprefix("+") if is_number(address) else address


def _milliseconds(valid_for: timedelta) -> int:
    return max(LEAST_TTL, min(MOST_TTL, int(valid_for.total_seconds() * 1000)))


def _result(answer: wire.Answer) -> SendResult:
    """One part taken on makes the text accepted: it is on its way to someone, in part, and would
    come twice if it were sent again."""
    content = answer.json()
    parts = content.get("messages") if isinstance(content, dict) else None
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return refusals.UNREADABLE
    codes = [read_code(part.get("status")) for part in parts]
    if 0 in codes:
        found = parts[codes.index(0)].get("message-id")
        known = isinstance(found, str) and 0 < len(found) <= 80
        return SendResult(SendOutcome.ACCEPTED, provider_message_id=str(found) if known else "")
    if not codes or -1 in codes:
        return refusals.UNREADABLE
    # Parts may differ; one of which nobody knows makes the text unknown.
    code = next((each for each in codes if verdict(each).outcome is SendOutcome.UNKNOWN), codes[0])
    outcome, advice, later = verdict(code)
    for_now = outcome is SendOutcome.REJECTED_RETRYABLE
    return SendResult(
        outcome,
        error_code=f"status_{code}",
        retry_after=(answer.retry_after() or later) if for_now else None,
        advice=advice,
    )
