"""Infobip, SMS over API version 3. Never tried against the live service.

Fields: infobip.com/docs/api/channels/sms, page "Send SMS message" (POST /sms/3/messages), and the
models of Infobip's own Python client 6.0.0, which are made from its OpenAPI document. Options and
webhooks for an operator: docs/providers/infobip.md.

The id of a message is ours to choose, and is the attempt's token: a report names it wherever it
comes to.
"""

import base64
import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from messaging.addresses import is_number
from messaging.providers import infobip_webhooks, options, refusals, wire
from messaging.providers.base import (
    Advice,
    Capabilities,
    DeliveryReport,
    LookUp,
    LookUpState,
    Outgoing,
    Provider,
    SendOutcome,
    SendResult,
)
from messaging.providers.infobip_codes import REFUSALS, group_of
from messaging.providers.webhook import Acknowledgement, InboundText, Malformed, WebhookRequest

#: Minutes (ValidityPeriod: longer than 48 h is cut down to that).
MOST_VALIDITY = 48 * 60
#: groupId of a status that is a refusal: UNDELIVERABLE, EXPIRED, REJECTED.
_REFUSED = (2, 4, 5)
_TAKEN = (0, 1, 3)


class Infobip(Provider):
    """`base_url`: the account's own, as https://xxxxx.api.infobip.com. `api_key`: with the scope
    sms:message:send, and sms:logs to look up.

    Webhooks pass by a secret at the end of their address (`webhook_secrets`), or by a login that
    their subscription sends along (`webhook_logins`, each `name:password`); reports also by the
    token in their own address."""

    capabilities = Capabilities(can_look_up=True, by_wire=True)
    #: Of each call; a test is less patient.
    time_limits = wire.TIMEOUT

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        webhook_secrets: Sequence[str] = (),
        webhook_logins: Sequence[str] = (),
    ) -> None:
        self._base = options.server("base_url", base_url)
        self._headers = {
            "Authorization": f"App {options.header('api_key', api_key)}",
            "Accept": "application/json",
        }
        self.webhook_secrets = options.secrets("webhook_secrets", webhook_secrets)
        logins = options.secrets("webhook_logins", webhook_logins)
        if not all(":" in login for login in logins):
            raise ValueError("webhook_logins are written name:password")
        self._logins = [base64.b64encode(login.encode()) for login in logins]

    async def send(self, outgoing: Outgoing) -> SendResult:
        try:
            answer = await wire.call(
                "POST",
                f"{self._base}/sms/3/messages",
                headers={**self._headers, "Content-Type": "application/json"},
                body=json.dumps({"messages": [_message(outgoing)]}).encode(),
                timeout=self.time_limits,
            )
        except wire.NotSent:
            return refusals.UNREACHABLE
        except wire.NoAnswer:
            return refusals.NO_ANSWER
        if not 200 <= answer.status < 300:
            return refusals.by_status(answer)
        return _result(answer.json(), outgoing.token)

    async def look_up(self, outgoing: Outgoing, started_at: datetime) -> LookUp:
        """By the logs, which reach back 48 h and may lag: what they do not hold may yet come. The
        reports are left alone: each is given out once."""
        try:
            answer = await wire.call(
                "GET",
                f"{self._base}/sms/3/logs?messageId={quote(outgoing.token, safe='')}",
                headers=self._headers,
                timeout=self.time_limits,
            )
            found = infobip_webhooks.results(answer.body) if answer.status == 200 else None
        except (wire.NotSent, wire.NoAnswer, Malformed):
            return LookUp(LookUpState.UNAVAILABLE)
        if found is None:
            return LookUp(LookUpState.UNAVAILABLE)
        ours = [each for each in found if each.get("messageId") == outgoing.token]
        if not ours:
            return LookUp(LookUpState.NOT_FOUND)
        return LookUp(LookUpState.FOUND, outgoing.token, _report(ours[0]))

    def verify(self, request: WebhookRequest) -> bool:
        scheme, _, login = request.headers.get("authorization", "").partition(" ")
        given = login.strip().encode(errors="replace")
        matches = [hmac.compare_digest(given, each) for each in self._logins]
        return (scheme.lower() == "basic" and any(matches)) or super().verify(request)

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        return infobip_webhooks.inbound_texts(request)

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        return infobip_webhooks.delivery_reports(request)

    def acknowledge(self, request: WebhookRequest) -> Acknowledgement:
        return Acknowledgement(200)


def _message(outgoing: Outgoing) -> dict[str, Any]:
    message: dict[str, Any] = {
        "sender": _plain(outgoing.sender_address),
        "destinations": [{"to": _plain(outgoing.number), "messageId": outgoing.token}],
        "content": {"text": outgoing.text},
    }
    if outgoing.valid_for is not None:
        minutes = _minutes(outgoing.valid_for)
        message["options"] = {"validityPeriod": {"amount": minutes, "timeUnit": "MINUTES"}}
    if outgoing.callback_url:
        message["webhooks"] = {
            "delivery": {"url": outgoing.callback_url, "intermediateReport": False},
            "contentType": "application/json",
        }
    return message


def _plain(address: str) -> str:
    """Numbers without their +, as in all of Infobip's examples."""
    return address.removeprefix("+") if is_number(address) else address


def _minutes(valid_for: timedelta) -> int:
    return max(1, min(MOST_VALIDITY, int(valid_for.total_seconds() // 60)))


def _result(content: Any, token: str) -> SendResult:
    messages = content.get("messages") if isinstance(content, dict) else None
    message = messages[0] if isinstance(messages, list) and messages else None
    status = message.get("status") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(status, dict):
        return refusals.UNREADABLE
    group = group_of(status.get("groupId"), status.get("groupName"))
    if group in _TAKEN:
        found = message.get("messageId")
        known = isinstance(found, str) and 0 < len(found) <= 80
        return SendResult(SendOutcome.ACCEPTED, str(found) if known else token)
    return _refusal(status.get("id")) if group in _REFUSED else refusals.UNREADABLE


def _refusal(status_id: Any) -> SendResult:
    """One that nobody knows is a no all the same: its group says so."""
    if isinstance(status_id, int) and status_id in REFUSALS:
        outcome, word, advice = REFUSALS[status_id]
        return SendResult(outcome, error_code=word, advice=advice)
    return SendResult(SendOutcome.REJECTED_PERMANENT, error_code="rejected", advice=Advice.NONE)


def _report(result: dict[str, Any]) -> DeliveryReport | None:
    try:
        return infobip_webhooks.report(result)
    except Malformed:
        return None
