"""Any aggregator with an HTTP API, described by an operator instead of in code.

Never tried against a live service. Options with examples: docs/providers/generic-http.md. Checked
when the provider is made; what is wrong is told with its place, never with a value.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from messaging.providers import generic_http_answers, generic_http_webhooks, options, wire
from messaging.providers import generic_http_options as own_options
from messaging.providers.base import (
    Advice,
    Capabilities,
    DeliveryReport,
    Outgoing,
    Provider,
    SendOutcome,
    SendResult,
)
from messaging.providers.generic_http_call import call
from messaging.providers.webhook import (
    Acknowledgement,
    InboundText,
    Malformed,
    WebhookRequest,
)

_CHECKS = ("path", "header", "hmac")
#: Minutes.
_WEEK = 7 * 24 * 60


class GenericHttp(Provider):
    """`url`, `headers` and `body` are templates; `content` is the body's form. `answer`, `inbound`
    and `receipts` are tables of rules; without the latter two, such calls are refused.

    `webhook_check`: "path", one of `webhook_secrets` at the address's end, or an attempt's signed
    token; "header", one of them in `webhook_header`; "hmac", there the body's hash by
    `webhook_hash`. `longest_valid`: minutes, the bound of a text's validity, and that of a text
    without any. `private_url`: the address may hold the number, the text or the secret."""

    #: Of each call; a test's subclass is less patient.
    time_limits = wire.TIMEOUT
    #: Seconds; for texts that come in with neither an id nor an hour.
    clock: Callable[[], float] = staticmethod(time.time)

    def __init__(
        self,
        *,
        url: str,
        method: str = "POST",
        content: str = "form",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        secret: str = "",
        username: str = "",
        password: str = "",
        private_url: bool = False,
        longest_valid: int = 2880,
        max_in_flight: int = 20,
        answer: Mapping[str, Any] | None = None,
        inbound: Mapping[str, Any] | None = None,
        receipts: Mapping[str, Any] | None = None,
        webhook_check: str = "path",
        webhook_secrets: Sequence[str] = (),
        webhook_header: str = "",
        webhook_hash: str = "",
        default_region: str = "",
        reply_status: int = 200,
        reply_body: str = "",
        reply_content_type: str = "text/plain",
    ) -> None:
        self._call = call(
            url=url,
            method=method,
            content=content,
            body=body,
            headers=headers or {},
            secret=secret,
            login=(username, password),
            private_url=private_url,
        )
        self._longest = own_options.whole("longest_valid", longest_valid, 1, _WEEK)
        self._answers = generic_http_answers.answers("answer", answer or {})
        self.webhook_secrets = options.secrets("webhook_secrets", webhook_secrets)
        check = (webhook_check, webhook_header, webhook_hash)
        self._signature = _signature(*check, self.webhook_secrets)
        region = _region(default_region)
        hashed = bool(webhook_hash)
        rules = generic_http_webhooks
        self._inbound = None if inbound is None else rules.inbound(inbound, region, hashed)
        self._receipts = None if receipts is None else rules.receipts(receipts, hashed)
        self._reply = _reply(reply_status, reply_body, reply_content_type)
        self.capabilities = self._able(max_in_flight)

    def _able(self, max_in_flight: int) -> Capabilities:
        return Capabilities(
            returns_id=self._answers.gives_id,
            signed_webhooks=self._signature is not None,
            by_wire=True,
            max_in_flight=own_options.whole("max_in_flight", max_in_flight, 1, 100),
        )

    async def send(self, outgoing: Outgoing) -> SendResult:
        made = self._call.made(outgoing, self._longest)
        if made is None:
            return SendResult(
                SendOutcome.REJECTED_RETRYABLE, error_code="bad_sender", advice=Advice.STOP_SENDER
            )
        try:
            answer = await wire.call(
                self._call.method,
                made.url,
                headers=made.headers,
                body=made.body,
                timeout=self.time_limits,
            )
        except wire.NotSent:
            return SendResult(
                SendOutcome.REJECTED_RETRYABLE,
                error_code="unreachable",
                advice=Advice.UNREACHABLE,
            )
        except wire.NoAnswer:
            return SendResult(SendOutcome.UNKNOWN, error_code="no_answer")
        return self._answers.read(answer)

    def verify(self, request: WebhookRequest) -> bool:
        """With a signature of its own, a genuine token in the address is not enough."""
        if self._signature is None:
            return super().verify(request)
        return self._signature.fits(request)

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        if self._inbound is None:
            raise Malformed("inbound")
        return self._inbound.read(request, int(self.clock() // 60))

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        if self._receipts is None:
            raise Malformed("receipts")
        return self._receipts.read(request)

    def acknowledge(self, request: WebhookRequest) -> Acknowledgement:
        return self._reply


def _region(given: str) -> str | None:
    if not re.fullmatch("([A-Z]{2})?", options.text("default_region", given)):
        raise ValueError("default_region is two capital letters")
    return given or None


def _reply(status: int, body: str, content_type: str) -> Acknowledgement:
    if not content_type.isprintable():
        raise ValueError("reply_content_type has a character that cannot be printed")
    return Acknowledgement(
        own_options.whole("reply_status", status, 200, 299),
        options.text("reply_body", body),
        options.text("reply_content_type", content_type, needed=True),
    )


def _signature(
    check: str, header: str, made_with: str, secrets: Sequence[str]
) -> generic_http_webhooks.Signature | None:
    """None where the address is what is checked."""
    own_options.choice("webhook_check", check, _CHECKS)
    options.text("webhook_header", header)
    options.text("webhook_hash", made_with)
    if check == "path":
        if header or made_with:
            raise ValueError("webhook_header and webhook_hash are for other kinds of webhook_check")
        return None
    if not re.fullmatch("[A-Za-z0-9-]{1,60}", header):
        raise ValueError("webhook_header is the name of a header")
    if not secrets:
        raise ValueError("webhook_secrets is needed")
    if check == "hmac":
        own_options.choice("webhook_hash", made_with, generic_http_webhooks.HASHES)
    elif made_with:
        raise ValueError('webhook_hash is for webhook_check = "hmac"')
    return generic_http_webhooks.Signature(header.lower(), made_with, secrets)
