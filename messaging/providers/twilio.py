"""Twilio, by its own SDK over our one HTTP call. Never tried against the live service.

Fields: twilio.com/docs/messaging/api/message-resource. Options and webhooks for an operator:
docs/providers/twilio.md.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator
from twilio.rest import Client

from messaging.providers import (
    twilio_create,
    twilio_history,
    twilio_look_up,
    twilio_webhooks,
)
from messaging.providers.base import (
    Advice,
    Capabilities,
    DeliveryReport,
    LookUp,
    LookUpState,
    Outgoing,
    PastText,
    Provider,
    SendOutcome,
    SendResult,
)
from messaging.providers.options import LOOPBACK
from messaging.providers.twilio_codes import read_code, verdict
from messaging.providers.twilio_http import OneCall, Refused
from messaging.providers.twilio_reports import report
from messaging.providers.webhook import Acknowledgement, InboundText, WebhookRequest
from messaging.providers.wire import TIMEOUT, NoAnswer, NotSent

#: Seconds a text may wait in Twilio's queue (Message resource, ValidityPeriod).
LEAST_VALIDITY = 1
MOST_VALIDITY = 36_000
_LONGEST_SID = 64


class Twilio(Provider):
    """`api_key_sid` and `api_key_secret` for sending, or else the account's `auth_token`.

    Webhooks are signed with the auth token: `auth_tokens` lists those that count now, `auth_token`
    is one of them by itself. `shared_keys`: secrets by key id, for webhooks signed with a shared
    key. Without any of these every webhook is refused.

    `messaging_service_sid`: that service picks the number to send from, unless `pin_sender`.
    `base_url` is for a test server, `edge` and `region` for where to reach Twilio; one or the
    other."""

    capabilities = Capabilities(can_look_up=True, can_list=True, signed_webhooks=True, by_wire=True)
    #: Of each call; a test's subclass is less patient.
    time_limits = TIMEOUT

    def __init__(
        self,
        *,
        account_sid: str,
        api_key_sid: str = "",
        api_key_secret: str = "",
        auth_token: str = "",
        auth_tokens: Sequence[str] = (),
        shared_keys: Mapping[str, str] | None = None,
        messaging_service_sid: str = "",
        pin_sender: bool = False,
        base_url: str = "",
        edge: str = "",
        region: str = "",
    ) -> None:
        _check_sid("account_sid", account_sid, "AC")
        _check_sid("messaging_service_sid", messaging_service_sid, "MG", optional=True)
        if not isinstance(pin_sender, bool):
            raise TypeError("pin_sender is true or false")
        if pin_sender and not messaging_service_sid:
            raise ValueError("pin_sender is for a messaging_service_sid")
        self._service = messaging_service_sid
        self._sends_from = pin_sender or not messaging_service_sid
        user, secret = _credentials(account_sid, api_key_sid, api_key_secret, auth_token)
        self._tokens, self._shared_keys = _validators(auth_token, auth_tokens, shared_keys or {})
        http = OneCall(self.time_limits)
        client = Client(
            user,
            secret,
            account_sid,
            http_client=http,
            edge=_text("edge", edge) or None,
            region=_text("region", region) or None,
            # Else the SDK fills what is missing from the process's environment.
            environment={"TWILIO_ACCOUNT_SID": account_sid},
        )
        if base_url:
            client.api.base_url = _checked_base(base_url, edge or region)
        http.only = client.get_hostname(client.api.base_url).rstrip("/") + "/"
        self._messages = client.messages
        self._create = twilio_create.learnt(client, http)

    async def send(self, outgoing: Outgoing) -> SendResult:
        try:
            message = await self._create(**self._fields(outgoing))
        except NotSent:
            return SendResult(
                SendOutcome.REJECTED_RETRYABLE,
                error_code="unreachable",
                advice=Advice.UNREACHABLE,
            )
        except NoAnswer:
            return SendResult(SendOutcome.UNKNOWN, error_code="no_answer")
        except Refused as refused:
            return _refusal(refused)
        except Exception:
            # A 2xx that the SDK could not make a message of.
            return SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")
        return _acceptance(message, outgoing.token)

    async def look_up(self, outgoing: Outgoing, started_at: datetime) -> LookUp:
        sender = outgoing.sender_address if self._sends_from else None
        try:
            return await twilio_look_up.look_up(self._messages, outgoing, started_at, sender)
        except Exception:
            # Whatever went wrong, nothing was learnt.
            return LookUp(LookUpState.UNAVAILABLE)

    def history(self, since: datetime) -> AsyncIterator[Sequence[PastText]]:
        return twilio_history.history(self._messages, since)

    def verify(self, request: WebhookRequest) -> bool:
        """By the signature alone: a genuine token in the address is not enough here."""
        return twilio_webhooks.is_genuine(request, self._tokens, self._shared_keys)

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        return twilio_webhooks.inbound_texts(request)

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        return twilio_webhooks.delivery_reports(request)

    def acknowledge(self, request: WebhookRequest) -> Acknowledgement:
        return twilio_webhooks.acknowledgement(request)

    def _fields(self, outgoing: Outgoing) -> dict[str, Any]:
        fields: dict[str, Any] = {"to": outgoing.number, "body": outgoing.text}
        if self._sends_from:
            fields["from_"] = outgoing.sender_address
        if self._service:
            fields["messaging_service_sid"] = self._service
        if outgoing.callback_url:
            fields["status_callback"] = outgoing.callback_url
        if outgoing.valid_for is not None:
            fields["validity_period"] = _validity(outgoing.valid_for)
        return fields


def _validity(valid_for: timedelta) -> int:
    return max(LEAST_VALIDITY, min(MOST_VALIDITY, int(valid_for.total_seconds())))


def _refusal(refused: Refused) -> SendResult:
    outcome, advice, later = verdict(refused.status, refused.code)
    for_now = outcome is SendOutcome.REJECTED_RETRYABLE
    return SendResult(
        outcome,
        error_code=str(refused.code) if refused.code else f"http_{refused.status}",
        retry_after=(refused.retry_after or later) if for_now else None,
        advice=advice,
    )


def _acceptance(message: Any, token: str) -> SendResult:
    """A text that Twilio took and failed at once was still taken: its report says so."""
    sid = message.sid
    if not isinstance(sid, str) or not 0 < len(sid) <= _LONGEST_SID:
        return SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")
    code = read_code(message.error_code)
    known = report(str(message.status), token=token, sid=sid, code=code)
    return SendResult(SendOutcome.ACCEPTED, sid, report=known)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text")
    return value


def _check_sid(name: str, value: object, prefix: str, *, optional: bool = False) -> None:
    if not _text(name, value).startswith(prefix) and not (optional and value == ""):
        raise ValueError(f"{name} begins with {prefix}")


def _credentials(account: str, key_sid: str, key_secret: str, token: str) -> tuple[str, str]:
    _text("api_key_secret", key_secret)
    _text("auth_token", token)
    _check_sid("api_key_sid", key_sid, "SK", optional=True)
    if bool(key_sid) != bool(key_secret):
        raise ValueError("api_key_sid and api_key_secret go together")
    if key_sid:
        return key_sid, key_secret
    if not token:
        raise ValueError("api_key_sid with api_key_secret, or else auth_token, is needed")
    return account, token


def _validators(
    token: str, tokens: Sequence[str], shared_keys: Mapping[str, str]
) -> tuple[list[RequestValidator], dict[str, RequestValidator]]:
    """A text where a list should be would make a secret of each letter; a blank secret would let
    anyone sign."""
    if not isinstance(tokens, list | tuple) or not all(isinstance(each, str) for each in tokens):
        raise TypeError("auth_tokens is a list of texts")
    if not isinstance(shared_keys, Mapping) or not all(
        isinstance(each, str) for pair in shared_keys.items() for each in pair
    ):
        raise TypeError("shared_keys is a table of secrets by key id")
    if not all(tokens) or not all(shared_keys) or not all(shared_keys.values()):
        raise ValueError("auth_tokens and shared_keys hold no blanks")
    live = dict.fromkeys([*([token] if token else []), *tokens])
    by_key = {key: RequestValidator(secret) for key, secret in shared_keys.items()}
    return [RequestValidator(each) for each in live], by_key


def _checked_base(base_url: str, elsewhere: str) -> str:
    if elsewhere:
        raise ValueError("base_url goes with neither edge nor region")
    parts = urlsplit(_text("base_url", base_url))
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("base_url begins with https://, or http:// on this machine")
    return base_url
