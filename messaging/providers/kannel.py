"""Kannel's smsbox: the gateway that many operators and ministries run in front of SMPP.

Tried with Kannel 1.4.5 and its own fake SMSC (tests/peers/test_kannel.py), never with a real one.
Fields: Kannel's user guide, chapter "Setting up a SMS Gateway", tables "X-Kannel Post Headers" and
"SMS Push reply"; the wording of errors is that of gw/smsbox.c, release 1.4.5. Options and Kannel's
own side: docs/providers/kannel.md.

The POST form is used in both directions, so that number, text and password stand in headers and
body, never in an address. Kannel gives out no id: a report is known by the attempt's token.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from messaging.providers import kannel_webhooks, wire
from messaging.providers.base import (
    Advice,
    Capabilities,
    DeliveryReport,
    Outgoing,
    Provider,
    SendOutcome,
    SendResult,
)
from messaging.providers.options import LOOPBACK
from messaging.providers.webhook import Acknowledgement, InboundText, WebhookRequest
from messaging.segments import is_gsm7

#: Minutes. No SMSC keeps a text longer than a week, and Kannel reads a plain int.
MOST_VALIDITY = 7 * 24 * 60
#: Delivered, failed, buffered, taken by the SMSC, refused by it. Expired and unknown share a bit
#: with failed.
DLR_MASK = 31
_TAKEN = re.compile(rb"(0: Accepted|3: Queued|Sent\.)")
#: What stands in a refusal, lower case, and what it means. The first that fits counts.
_REFUSALS: Sequence[tuple[int, str, SendOutcome, str, Advice]] = (
    (403, "not routable", SendOutcome.REJECTED_PERMANENT, "not_routable", Advice.NONE),
    (403, "", SendOutcome.REJECTED_RETRYABLE, "not_authorised", Advice.STOP_SENDER),
    (400, "receiver", SendOutcome.REJECTED_PERMANENT, "bad_receiver", Advice.BAD_NUMBER),
    (400, "denied by", SendOutcome.REJECTED_PERMANENT, "denied_by_list", Advice.NONE),
    (400, "sender missing", SendOutcome.REJECTED_RETRYABLE, "no_sender", Advice.STOP_SENDER),
    (400, "dlr-url", SendOutcome.REJECTED_RETRYABLE, "bad_dlr_url", Advice.STOP_SENDER),
    (400, "", SendOutcome.REJECTED_PERMANENT, "http_400", Advice.NONE),
    (413, "", SendOutcome.REJECTED_PERMANENT, "http_413", Advice.NONE),
    (429, "", SendOutcome.REJECTED_RETRYABLE, "http_429", Advice.SLOW_DOWN),
    # bearerbox's own word that it did not take the text: its queue is full, or it is stopping.
    (503, "temporal failure", SendOutcome.REJECTED_RETRYABLE, "queue_full", Advice.SLOW_DOWN),
)


class Kannel(Provider):
    """`url`: of sendsms, as http://127.0.0.1:13013/cgi-bin/sendsms. `username` and `password`: of a
    `sendsms-user`. `webhook_secrets`: the last part of the address in `post-url`; without one no
    texts come in, reports do by their token.

    `smsc_id`: the line to send by, where Kannel has several. `default_region`: two letters, for an
    SMSC that writes national numbers. `plain_http`: an http:// address other than this machine's is
    meant, as on a private network. `smsc_reply`: ask for the SMSC's whole answer in reports; a
    receipt may quote the text's beginning, which then stands in an address."""

    capabilities = Capabilities(returns_id=False, by_wire=True)
    #: Of each call; a test's subclass is less patient.
    time_limits = wire.TIMEOUT

    def __init__(
        self,
        *,
        url: str,
        username: str,
        password: str,
        webhook_secrets: Sequence[str] = (),
        smsc_id: str = "",
        default_region: str = "",
        plain_http: bool = False,
        smsc_reply: bool = False,
    ) -> None:
        self._url = _checked_url(url, plain_http)
        self._login = {
            "X-Kannel-Username": _header("username", username, needed=True),
            "X-Kannel-Password": _header("password", password, needed=True),
        }
        if _header("smsc_id", smsc_id):
            self._login["X-Kannel-SMSC"] = smsc_id
        self.webhook_secrets = _secrets(webhook_secrets)
        if not re.fullmatch("([A-Z]{2})?", _header("default_region", default_region)):
            raise ValueError("default_region is two capital letters")
        self._region = default_region or None
        if not isinstance(smsc_reply, bool):
            raise TypeError("smsc_reply is true or false")
        self._asks = kannel_webhooks.ASKED + (kannel_webhooks.ASKED_REPLY if smsc_reply else "")

    async def send(self, outgoing: Outgoing) -> SendResult:
        if not outgoing.sender_address.isprintable():
            # A line break would end the header.
            return SendResult(
                SendOutcome.REJECTED_RETRYABLE, error_code="no_sender", advice=Advice.STOP_SENDER
            )
        headers, body = self._request(outgoing)
        try:
            answer = await wire.call(
                "POST", self._url, headers=headers, body=body, timeout=self.time_limits
            )
        except wire.NotSent:
            return SendResult(
                SendOutcome.REJECTED_RETRYABLE,
                error_code="unreachable",
                advice=Advice.UNREACHABLE,
            )
        except wire.NoAnswer:
            return SendResult(SendOutcome.UNKNOWN, error_code="no_answer")
        return _result(answer)

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        return [kannel_webhooks.inbound_text(request, self._region)]

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        return kannel_webhooks.delivery_reports(request)

    def acknowledge(self, request: WebhookRequest) -> Acknowledgement:
        """smsbox takes 200 and 202 alone for success; after any other it calls again, or answers
        the person with an error text. A body would be sent to the person."""
        return Acknowledgement(200)

    def _request(self, outgoing: Outgoing) -> tuple[dict[str, str], bytes]:
        headers = self._login | {
            "X-Kannel-From": outgoing.sender_address,
            "X-Kannel-To": outgoing.number,
        }
        if outgoing.valid_for is not None:
            headers["X-Kannel-Validity"] = str(_minutes(outgoing.valid_for))
        if outgoing.callback_url:
            headers["X-Kannel-DLR-Mask"] = str(DLR_MASK)
            headers["X-Kannel-DLR-URL"] = _with_query(outgoing.callback_url, self._asks)
        if is_gsm7(outgoing.text):
            # Kannel's inner form, so that a build without iconv need not recode it.
            headers["Content-Type"] = "text/plain; charset=UTF-8"
            return headers, outgoing.text.encode()
        # As bytes with no charset, for the same reason; the coding says that they are UTF-16BE.
        headers["Content-Type"] = "application/octet-stream"
        headers["X-Kannel-Coding"] = "2"
        return headers, outgoing.text.encode("utf-16-be", "replace")


def _result(answer: wire.Answer) -> SendResult:
    status = answer.status
    if 200 <= status < 300:
        if _TAKEN.match(answer.body):
            return SendResult(SendOutcome.ACCEPTED)
        return SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")
    said = answer.body[:500].decode(errors="replace").lower()
    for refusal, words, outcome, code, advice in _REFUSALS:
        if status == refusal and words in said:
            later = answer.retry_after() if outcome is SendOutcome.REJECTED_RETRYABLE else None
            return SendResult(outcome, error_code=code, advice=advice, retry_after=later)
    code = f"http_{status}"
    if status >= 500:
        return SendResult(SendOutcome.UNKNOWN, error_code=code)
    # A redirect, a proxy's login, a path that is not sendsms: no text will pass.
    return SendResult(SendOutcome.REJECTED_RETRYABLE, error_code=code, advice=Advice.STOP_SENDER)


def _minutes(valid_for: timedelta) -> int:
    return max(1, min(MOST_VALIDITY, int(valid_for.total_seconds() // 60)))


def _with_query(url: str, query: str) -> str:
    """Kannel fills in what follows a % in the whole address; %% is a % of ours."""
    return url.replace("%", "%%") + ("&" if "?" in url else "?") + query


def _header(name: str, value: object, *, needed: bool = False) -> str:
    """A text that survives in a header: Kannel strips blanks at both ends."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text")
    if needed and not value:
        raise ValueError(f"{name} is needed")
    if value != value.strip() or not value.isprintable():
        raise ValueError(f"{name} has a blank at an end, or a character that cannot be printed")
    return value


def _checked_url(url: object, plain_http: object) -> str:
    if not isinstance(plain_http, bool):
        raise TypeError("plain_http is true or false")
    text = _header("url", url, needed=True)
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        named = False
    if not named:
        # Without the reason, which may repeat a login.
        raise ValueError("url begins with https:// or http:// and names a host") from None
    if parts.query or parts.fragment or parts.username:
        raise ValueError("url has no query and no login: those are options of their own")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not plain_http:
        raise ValueError("url is http:// to another machine: set plain_http if that is meant")
    return parts.geturl()


def _secrets(secrets: object) -> tuple[str, ...]:
    """A text where a list should be would make a secret of each letter."""
    if not isinstance(secrets, list | tuple) or not all(isinstance(each, str) for each in secrets):
        raise TypeError("webhook_secrets is a list of texts")
    if not all(secrets):
        raise ValueError("webhook_secrets holds no blanks")
    return tuple(secrets)
