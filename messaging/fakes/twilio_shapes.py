"""Twilio's JSON: the Message resource and a page of them.

Held to the vendor's OpenAPI document (twilio_api_v2010) by tests/peers/test_prism.py.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from messaging.fakes.ledger import Text

_MESSAGES = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
}


def message(
    text: Text, account_sid: str, service_number: str, now: float, *, came_in: bool = False
) -> dict[str, Any]:
    """`service_number`: the sender a Messaging Service chose, shown once the text has left."""
    path = f"/2010-04-01/Accounts/{account_sid}/Messages/{text.sid}"
    status = text.status(now)
    left = now >= text.sent_at and status != "failed"
    code = text.code if status in ("failed", "undelivered") else None
    chosen = service_number if text.service and left else None
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": text.body,
        "date_created": rfc_2822(int(text.at)),
        "date_sent": rfc_2822(int(text.sent_at)) if left else None,
        "date_updated": rfc_2822(int(text.sent_at if left else text.at)),
        "direction": "inbound" if came_in else "outbound-api",
        "error_code": code,
        "error_message": _MESSAGES.get(code, "Message delivery failed") if code else None,
        "from": text.sender or chosen,
        "messaging_service_sid": text.service or None,
        "num_media": "0",
        "num_segments": "0" if status == "accepted" else str(text.segments),
        "price": None,
        "price_unit": None,
        "sid": text.sid,
        "status": "received" if came_in else status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": text.to,
        "uri": f"{path}.json",
    }


def page(
    messages: Iterable[dict[str, Any]],
    *,
    account_sid: str,
    filters: dict[str, str],
    number: int,
    size: int,
    following: str | None,
) -> bytes:
    """`following`: the token of the next page, None on the last."""
    listed = list(messages)

    def uri(place: int, token: str | None = None) -> str:
        query = {**filters, "PageSize": str(size), "Page": str(place)}
        if token:
            query["PageToken"] = token
        return f"/2010-04-01/Accounts/{account_sid}/Messages.json?{urlencode(query)}"

    content = {
        "end": number * size + max(len(listed) - 1, 0),
        "first_page_uri": uri(0),
        "messages": listed,
        "next_page_uri": uri(number + 1, following) if following else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None,
        "start": number * size,
        "uri": uri(number),
    }
    return json.dumps(content).encode()


@lru_cache(maxsize=64)
def rfc_2822(seconds: int) -> str:
    """As Twilio writes it: Thu, 24 Aug 2023 05:01:45 +0000."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC))
