"""Africa's Talking, bulk SMS. Never tried against the live service.

Fields: docs.africastalking.com/sms/sending/bulk (call, answer, status codes) and
docs.africastalking.com/sms/notifications (texts, reports, opt-outs). Options and the dashboard's
side: docs/providers/africastalking.md.

Callbacks are set for the whole account and not signed: a secret stands at the end of their address,
and a report is known by Africa's Talking's own id. A report lost with the answer to its call
settles nothing.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from messaging.addresses import normalised
from messaging.providers import options, refusals, wire
from messaging.providers.base import (
    Advice,
    Capabilities,
    DeliveryReport,
    Outgoing,
    Provider,
    ReportStatus,
    SendOutcome,
    SendResult,
)
from messaging.providers.webhook import (
    Acknowledgement,
    InboundText,
    Malformed,
    WebhookRequest,
    first_of,
)

LIVE = "https://api.africastalking.com"
SANDBOX = "https://api.sandbox.africastalking.com"
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NAME = re.compile(r"[A-Za-z]{1,40}")


class _Verdict(NamedTuple):
    outcome: SendOutcome
    word: str
    advice: Advice = Advice.NONE


_YES, _NO = SendOutcome.ACCEPTED, SendOutcome.REJECTED_PERMANENT
_NOT_NOW, _OPEN = SendOutcome.REJECTED_RETRYABLE, SendOutcome.UNKNOWN
#: statusCode of a recipient ("status codes" on the page of sending). The word is its `status`, and
#: also stands alone in `Message` where a whole call is refused.
STATUS_CODES: Mapping[int, _Verdict] = {
    100: _Verdict(_YES, "Processed"),
    101: _Verdict(_YES, "Sent"),
    102: _Verdict(_YES, "Queued"),
    # Held for a look at the account. Nobody says whether it may yet go out.
    401: _Verdict(_OPEN, "RiskHold", Advice.STOP_SENDER),
    402: _Verdict(_NOT_NOW, "InvalidSenderId", Advice.STOP_SENDER),
    403: _Verdict(_NO, "InvalidPhoneNumber", Advice.BAD_NUMBER),
    404: _Verdict(_NO, "UnsupportedNumberType", Advice.BAD_NUMBER),
    405: _Verdict(_NOT_NOW, "InsufficientBalance", Advice.STOP_SENDER),
    406: _Verdict(_NO, "UserInBlacklist", Advice.OPTED_OUT),
    407: _Verdict(_NO, "CouldNotRoute"),
    # A country's register, lifted by the person there: no word to us.
    409: _Verdict(_NO, "DoNotDisturbRejection"),
    500: _Verdict(_OPEN, "InternalServerError"),
    501: _Verdict(_OPEN, "GatewayError"),
    502: _Verdict(_NOT_NOW, "RejectedByGateway"),
}
_BY_WORD = {verdict.word.lower(): code for code, verdict in STATUS_CODES.items()}

_REPORTS: Mapping[str, ReportStatus] = {
    "sent": ReportStatus.SENT,
    "submitted": ReportStatus.SENT,
    "success": ReportStatus.DELIVERED,
    "failed": ReportStatus.UNDELIVERED,
    "rejected": ReportStatus.UNDELIVERED,
    "expired": ReportStatus.UNDELIVERED,
    "absentsubscriber": ReportStatus.UNDELIVERED,
}
#: failureReason (docs.africastalking.com/sms/deliveryreports), and statuses that are one.
_REASONS: Mapping[str, Advice] = {
    "userinblacklist": Advice.OPTED_OUT,
    "userisinactive": Advice.BAD_NUMBER,
    "userdoesnotexist": Advice.BAD_NUMBER,
    "useraccountsuspended": Advice.BAD_NUMBER,
    "notnetworksubscriber": Advice.BAD_NUMBER,
    "absentsubscriber": Advice.BAD_NUMBER,
}


class AfricasTalking(Provider):
    """`username` and `api_key`: of the app; `sandbox` as username sends to the sandbox.
    `webhook_secrets`: the last part of the callbacks' addresses. `enqueue`: answer before the
    telcos do. `base_url` is for a test server."""

    capabilities = Capabilities(by_wire=True)
    #: Of each call; a test is less patient.
    time_limits = wire.TIMEOUT

    def __init__(
        self,
        *,
        username: str,
        api_key: str,
        webhook_secrets: Sequence[str] = (),
        enqueue: bool = True,
        base_url: str = "",
    ) -> None:
        self._username = options.text("username", username, needed=True)
        # JSON only when asked for; else XML.
        self._headers = {"apiKey": options.header("api_key", api_key), "Accept": "application/json"}
        self.webhook_secrets = options.secrets("webhook_secrets", webhook_secrets)
        self._enqueue = options.switch("enqueue", enqueue)
        usual = SANDBOX if username == "sandbox" else LIVE
        self._url = options.server("base_url", base_url or usual) + "/version1/messaging"

    async def send(self, outgoing: Outgoing) -> SendResult:
        try:
            answer = await wire.call(
                "POST",
                self._url,
                headers=self._headers,
                form=self._form(outgoing),
                timeout=self.time_limits,
            )
        except wire.NotSent:
            return refusals.UNREACHABLE
        except wire.NoAnswer:
            return refusals.NO_ANSWER
        if not 200 <= answer.status < 300:
            return refusals.by_status(answer)
        return _result(answer.json())

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        fields = first_of(request.form)
        if "text" not in fields and "senderId" in fields:
            return [_opt_out(fields)]
        if "text" not in fields:
            raise Malformed("text")
        return [
            InboundText(
                provider_message_id=_id(fields),
                from_number=normalised(_needed(fields, "from")),
                body=fields["text"],
                to_address=normalised(fields.get("to", "")),
            )
        ]

    def parse_receipts(self, request: WebhookRequest) -> list[DeliveryReport]:
        fields = first_of(request.form)
        found, said = _id(fields), _needed(fields, "status")
        status = _REPORTS.get(said.lower())
        if status is None:
            # Buffered, or something that can't be final.
            return []
        reason = fields.get("failureReason", "").strip()
        if not reason and status is ReportStatus.UNDELIVERED:
            reason = said
        if status is not ReportStatus.UNDELIVERED or not _NAME.fullmatch(reason):
            return [DeliveryReport(status, provider_message_id=found)]
        advice = _REASONS.get(reason.lower(), Advice.NONE)
        return [DeliveryReport(status, provider_message_id=found, error_code=reason, advice=advice)]

    def acknowledge(self, request: WebhookRequest) -> Acknowledgement:
        return Acknowledgement(200)

    def _form(self, outgoing: Outgoing) -> dict[str, Any]:
        form: dict[str, Any] = {
            "username": self._username,
            "to": outgoing.number,
            "message": outgoing.text,
            "from": outgoing.sender_address,
            "bulkSMSMode": 1,
        }
        if self._enqueue:
            form["enqueue"] = 1
        if outgoing.valid_for is not None:
            form["retryDurationInHours"] = _hours(outgoing.valid_for)
        return form


def _hours(valid_for: timedelta) -> int:
    """Whole ones, at least one: the field knows no less."""
    return max(1, int(valid_for.total_seconds() // 3600))


def _result(content: Any) -> SendResult:
    """Success or not stands a recipient, of whom a call has one."""
    data = content.get("SMSMessageData") if isinstance(content, dict) else None
    if not isinstance(data, dict):
        return refusals.UNREADABLE
    recipients = data.get("Recipients")
    if not isinstance(recipients, list) or not recipients:
        return _refusal(_BY_WORD.get(str(data.get("Message", "")).strip().lower(), 0))
    recipient = recipients[0]
    if not isinstance(recipient, dict):
        return refusals.UNREADABLE
    code = _code(recipient)
    if code not in STATUS_CODES or STATUS_CODES[code].outcome is not _YES:
        return _refusal(code)
    found = recipient.get("messageId")
    # Of a text refused it is the word None; of one taken on it is not known to be.
    has_id = isinstance(found, str) and _ID.fullmatch(found) and found != "None"
    return SendResult(_YES, provider_message_id=str(found) if has_id else "")


def _refusal(code: int) -> SendResult:
    if code not in STATUS_CODES or STATUS_CODES[code].outcome is _YES:
        return refusals.UNREADABLE
    outcome, word, advice = STATUS_CODES[code]
    return SendResult(outcome, error_code=word, advice=advice)


def _code(recipient: Mapping[str, Any]) -> int:
    """0 for one that cannot be read."""
    code = recipient.get("statusCode")
    if isinstance(code, str) and code.isascii() and code.isdecimal() and len(code) < 5:
        return int(code)
    return code if isinstance(code, int) else 0


def _opt_out(fields: Mapping[str, str]) -> InboundText:
    """Someone left by the link or code that Africa's Talking adds to texts from a name. It has no
    id and no time. One made of number and name would pass a second opt-out, after an opt-in, for a
    repetition of the first; so each gets its own, and a repetition is obeyed once more."""
    return InboundText(
        provider_message_id=f"optout-{uuid.uuid4().hex}",
        from_number=normalised(_needed(fields, "phoneNumber")),
        body="STOP",
        to_address=normalised(fields["senderId"]),
        opted_out=True,
        provider_answered=True,
    )


def _id(fields: Mapping[str, str]) -> str:
    found = fields.get("id", "").strip()
    if not _ID.fullmatch(found):
        raise Malformed("id")
    return found


def _needed(fields: Mapping[str, str], name: str) -> str:
    found = fields.get(name, "").strip()
    if not found:
        raise Malformed(name)
    return found
