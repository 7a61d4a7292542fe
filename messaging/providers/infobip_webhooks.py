"""What Infobip calls us with, and the same shapes where we ask: lists of `results`.

Pages under infobip.com/docs/api/channels/sms: "Receive inbound SMS" (texts), "Receive outbound SMS
message reports" (reports), "Get outbound SMS message logs" (asked for).
"""

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from messaging.addresses import normalised
from messaging.providers.base import Advice, DeliveryReport, ReportStatus
from messaging.providers.infobip_codes import ERRORS, REFUSALS, group_of, report_status
from messaging.providers.webhook import InboundText, Malformed, WebhookRequest

T = TypeVar("T")

#: Ours, where we chose it.
_ID = re.compile(r"[\x21-\x7e]{1,80}")
_NAME = re.compile(r"[A-Z0-9_]{1,40}")


def inbound_texts(request: WebhookRequest) -> list[InboundText]:
    return _readable(request, _inbound_text)


def delivery_reports(request: WebhookRequest) -> list[DeliveryReport]:
    """Up to a hundred. At an attempt's own address only what is said of that attempt counts."""
    return [
        found
        for found in _readable(request, report)
        if found is not None and (not request.token or found.token == request.token)
    ]


def _readable(request: WebhookRequest, read: Callable[[dict[str, Any]], T]) -> list[T]:
    """Those that can be read: a STOP is heard though the text beside it makes no sense. Raises
    Malformed when none can."""
    found: list[T] = []
    wrong: Malformed | None = None
    for result in results(request.body):
        try:
            found.append(read(result))
        except Malformed as error:
            wrong = error
    if wrong is not None and not found:
        raise wrong
    return found


def results(body: bytes) -> list[dict[str, Any]]:
    """Raises Malformed."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("body") from None
    found = content.get("results") if isinstance(content, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Malformed("results")
    return found


def report(result: dict[str, Any]) -> DeliveryReport | None:
    """None for a passing state. Raises Malformed."""
    message_id, status = _message_id(result), result.get("status")
    if not isinstance(status, dict):
        raise Malformed("status")
    group = group_of(status.get("groupId"), status.get("groupName"))
    known = report_status(group, status.get("id"))
    if known is None:
        return None
    if known in (ReportStatus.SENT, ReportStatus.DELIVERED):
        return DeliveryReport(known, token=message_id, provider_message_id=message_id)
    code, advice = _error(result.get("error"), status)
    return DeliveryReport(known, message_id, message_id, code, advice)


def _error(error: Any, status: dict[str, Any]) -> tuple[str, Advice]:
    """The error where it says something, else the status, which always does."""
    name = error.get("name") if isinstance(error, dict) else None
    if isinstance(name, str) and _NAME.fullmatch(name) and name != "NO_ERROR":
        return name, ERRORS.get(name, Advice.NONE)
    status_id, name = status.get("id"), status.get("name")
    if isinstance(status_id, int) and status_id in REFUSALS:
        return REFUSALS[status_id].word, REFUSALS[status_id].advice
    return name if isinstance(name, str) and _NAME.fullmatch(name) else "", Advice.NONE


def _inbound_text(result: dict[str, Any]) -> InboundText:
    text, sender, receiver = result.get("text"), result.get("from"), result.get("to")
    if not isinstance(text, str):
        raise Malformed("text")
    if not isinstance(sender, str) or not sender.strip():
        raise Malformed("from")
    return InboundText(
        provider_message_id=_message_id(result),
        from_number=normalised(_storable(sender)),
        body=_storable(text),
        to_address=normalised(_storable(receiver)) if isinstance(receiver, str) else "",
    )


def _message_id(result: dict[str, Any]) -> str:
    found = result.get("messageId")
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise Malformed("messageId")
    return found


def _storable(text: str) -> str:
    """Without NUL and half surrogate pairs: JSON can spell them, PostgreSQL keeps neither."""
    return text.replace("\x00", "").encode(errors="replace").decode()
