"""What Kannel calls us with: texts by the POST of a `post-url`, reports by GET of a `dlr-url`.

Escape codes and headers: Kannel's user guide, chapter "Setting up a SMS Gateway", tables
"Parameters (Escape Codes)" and "X-Kannel Post Headers"; values as seen from Kannel 1.4.5.
"""

import hashlib
import re
from urllib.parse import unquote_to_bytes

from messaging.addresses import normalised
from messaging.providers.base import Advice, DeliveryReport, ReportStatus
from messaging.providers.webhook import InboundPart, InboundText, Malformed, WebhookRequest

#: What Kannel fills in: the kind of report, and the SMSC's error, by SMPP's network_error_code.
ASKED = "status=%d&error=%#smpp#dlr_err#"
#: The SMSC's whole answer. A receipt may quote the text's beginning.
ASKED_REPLY = "&reply=%A"
_REPORTS = {
    1: (ReportStatus.DELIVERED, ""),
    2: (ReportStatus.UNDELIVERED, "undelivered"),
    8: (ReportStatus.SENT, ""),
    16: (ReportStatus.FAILED, "smsc_rejected"),
    34: (ReportStatus.UNDELIVERED, "expired"),
    66: (ReportStatus.UNDELIVERED, "unknown"),
}
_CODECS = {
    "utf-8": "utf-8",
    "utf-16be": "utf-16-be",
    "iso-8859-1": "iso-8859-1",
    "us-ascii": "ascii",
    "windows-1252": "cp1252",
}
_PLAIN_CODE = re.compile(rb"[0-9A-Za-z]{1,8}")
_REPLY_CODE = re.compile(r"\berr:([0-9A-Za-z]{1,8})\b")
_NACK = re.compile(r"NACK/(0x[0-9A-Fa-f]{1,8}|[0-9]{1,8})(?:/|$)")
#: ESME_RINVDSTADR
_INVALID_NUMBER = 0x0B
_LONGEST_ID = 100


def inbound_text(request: WebhookRequest, region: str | None) -> InboundText:
    """Raises Malformed without a sender: the service needs `send-sender = true`."""
    headers = request.headers
    sender = headers.get("x-kannel-from", "").strip()
    if not sender:
        raise Malformed("X-Kannel-From")
    to = headers.get("x-kannel-to", "").strip()
    return InboundText(
        provider_message_id=_message_id(request, sender, to),
        from_number=normalised(sender, region),
        body=_body(request),
        to_address=normalised(to, region),
        part=_part(headers.get("x-kannel-udh", "")),
    )


def delivery_reports(request: WebhookRequest) -> list[DeliveryReport]:
    """None where it only waits, or says what nobody knows. Raises Malformed without a status, or
    when it came to an address that holds no attempt's token."""
    values = request.values()
    status = values.get("status", "")
    if not re.fullmatch("[0-9]{1,3}", status):
        raise Malformed("status")
    if not request.token:
        raise Malformed("token")
    known = _REPORTS.get(int(status))
    if known is None:
        return []
    reached, usual_code = known
    if not usual_code:
        return [DeliveryReport(reached, request.token)]
    reply = values.get("reply", "")
    code = _error_of(request.url) or _error_in(reply) or usual_code
    advice = Advice.BAD_NUMBER if _is_about_number(reply) else Advice.NONE
    return [DeliveryReport(reached, request.token, error_code=code, advice=advice)]


def _error_of(url: str) -> str:
    """SMPP's network_error_code (5.3.2.31): a byte for the kind of network and two for the error.
    Read from the address itself, as form values are text and lose a zero."""
    for pair in url.partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        if name != "error":
            continue
        raw = unquote_to_bytes(value)
        if len(raw) == 3 and raw[0] < 0x20:
            number = int.from_bytes(raw[1:], "big")
            return f"err:{number:03}" if number else ""
        if _PLAIN_CODE.fullmatch(raw) and raw.strip(b"0"):
            return f"err:{raw.decode()}"
    return ""


def _error_in(reply: str) -> str:
    refused = _NACK.match(reply)
    if refused:
        return f"nack:{refused[1]}"
    found = _REPLY_CODE.search(reply.partition("text:")[0])
    return f"err:{found[1]}" if found and found[1].strip("0") else ""


def _is_about_number(reply: str) -> bool:
    refused = _NACK.match(reply)
    if not refused:
        return False
    return int(refused[1], 16 if "x" in refused[1] else 10) == _INVALID_NUMBER


def _message_id(request: WebhookRequest, sender: str, to: str) -> str:
    """Kannel's own, where post-url asks for it. Else made of the text: its hour stays the same when
    Kannel calls again, but the same words twice in a second count as one."""
    given = request.values().get("id", "").strip()
    if given:
        return given[:_LONGEST_ID]
    when = request.headers.get("x-kannel-time", "")
    seen = "\x00".join([sender, to, when, request.headers.get("x-kannel-udh", "")]).encode()
    return "made-" + hashlib.sha256(seen + b"\x00" + request.body).hexdigest()[:40]


def _body(request: WebhookRequest) -> str:
    """Eight-bit data comes without a charset, and joined parts may be in another than they say.
    They are read as a text too: a STOP must not be lost."""
    content_type = request.headers.get("content-type", "").lower()
    named = re.search(r"charset\s*=\s*\"?([a-z0-9_-]+)", content_type)
    codec = _CODECS.get(named[1] if named else "", "utf-8")
    if codec == "utf-16-be":
        found = request.body.decode(codec, "replace")
    else:
        try:
            found = request.body.decode(codec)
        except UnicodeDecodeError:
            found = request.body.decode("iso-8859-1")
    # PostgreSQL keeps no NUL.
    return found.replace("\x00", "")


def _part(encoded: str) -> InboundPart | None:
    """Which part, from the text's header (3GPP TS 23.040, 9.2.3.24); Kannel joins parts itself
    unless told not to."""
    header = unquote_to_bytes(encoded)
    place = 1
    while place + 2 <= len(header):
        element, length = header[place], header[place + 1]
        content = header[place + 2 : place + 2 + length]
        width = {0: 1, 8: 2}.get(element)
        if width is not None and len(content) == width + 2:
            total, number = content[width], content[width + 1]
            if 1 <= number <= total and total > 1:
                return InboundPart(content[:width].hex(), number, total)
        place += 2 + length
    return None
