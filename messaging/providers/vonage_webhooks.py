"""What Vonage calls us with: its signature, texts from people, and reports on texts of ours.

Fields: developer.vonage.com/messaging/sms/guides/inbound-sms and .../delivery-receipts. Signatures:
developer.vonage.com/getting-started/concepts/signing-messages.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence

from messaging.addresses import normalised
from messaging.providers.base import Advice, DeliveryReport, ReportStatus
from messaging.providers.vonage_codes import ERR_CODES, REPORTS, read_code
from messaging.providers.webhook import (
    InboundPart,
    InboundText,
    Malformed,
    WebhookRequest,
    first_of,
)

#: Seconds. Vonage sends a text again for 24 hours, with the time of the first try in it.
OLDEST = 25 * 3600
#: Seconds that Vonage's clock may be before ours.
AHEAD = 300
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_MOST_PARTS = 255

Sign = Callable[[str, str], str]


def _hashed(text: str, secret: str) -> str:
    return hashlib.md5(text.encode() + secret.encode(), usedforsecurity=False).hexdigest()


def _keyed(algorithm: str) -> Sign:
    return lambda text, secret: hmac.digest(secret.encode(), text.encode(), algorithm).hex()


#: As the dashboard names them: "MD5 hash" is the account's first setting, the others are HMACs.
METHODS: Mapping[str, Sign] = {
    "md5hash": _hashed,
    "md5": _keyed("md5"),
    "sha1": _keyed("sha1"),
    "sha256": _keyed("sha256"),
    "sha512": _keyed("sha512"),
}


def is_genuine(request: WebhookRequest, secrets: Sequence[str], method: str, now: float) -> bool:
    """Whether any live secret made `sig` over all fields, not too long ago. What stands in the
    query is not signed, nor is it read."""
    try:
        fields = read(request)
        given = fields.pop("sig", "").lower().encode()
        sent_at = fields.get("timestamp", "")
        if not given or not re.fullmatch("[0-9]{1,12}", sent_at):
            return False
        if not -OLDEST <= int(sent_at) - now <= AHEAD:
            return False
        signed = signed_part(fields)
        matches = [
            hmac.compare_digest(METHODS[method](signed, secret).encode(), given)
            for secret in secrets
        ]
    except ValueError:
        # No object, or characters that cannot be encoded: nothing Vonage could have signed.
        return False
    return any(matches)


def signed_part(fields: Mapping[str, str]) -> str:
    plain = {name: re.sub("[&=]", "_", value) for name, value in fields.items()}
    return "".join(f"&{name}={plain[name]}" for name in sorted(plain))


def read(request: WebhookRequest) -> dict[str, str]:
    """Fields of a form or of a JSON object, whichever the account sends. Raises Malformed."""
    if request.form:
        return first_of(request.form)
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Malformed("body") from None
    if not isinstance(content, dict):
        raise Malformed("body")
    return {name: _written(value) for name, value in content.items() if value is not None}


def inbound_texts(request: WebhookRequest) -> list[InboundText]:
    """None for a binary one: it holds no words."""
    fields = read(request)
    found = _id(fields)
    if fields.get("type") == "binary" and "text" not in fields:
        return []
    if "text" not in fields:
        raise Malformed("text")
    sender = fields.get("msisdn", "").strip()
    if not sender:
        raise Malformed("msisdn")
    return [
        InboundText(
            provider_message_id=found,
            from_number=normalised(sender),
            body=fields["text"],
            to_address=normalised(fields.get("to", "")),
            part=_part(fields),
        )
    ]


def delivery_reports(request: WebhookRequest) -> list[DeliveryReport]:
    """One a part of the text, all with the text's own client-ref. At an attempt's own address the
    address says which attempt is meant, and nothing else does."""
    fields = read(request)
    said = fields.get("status", "").strip().lower()
    if not said:
        raise Malformed("status")
    found, token = _id(fields), request.token or _reference(fields)
    status = REPORTS.get(said)
    if status is None:
        return []
    if status in (ReportStatus.SENT, ReportStatus.DELIVERED):
        return [DeliveryReport(status, token, found)]
    code = read_code(fields.get("err-code", "").strip())
    advice = ERR_CODES.get(code, Advice.NONE)
    return [DeliveryReport(status, token, found, f"err_{code}" if code > 0 else said, advice)]


def _part(fields: Mapping[str, str]) -> InboundPart | None:
    """None too where it does not add up: half a text is better than none."""
    if fields.get("concat", "").lower() != "true":
        return None
    reference = fields.get("concat-ref", "").strip()
    number, total = read_code(fields.get("concat-part")), read_code(fields.get("concat-total"))
    if not reference or not 1 <= number <= total <= _MOST_PARTS:
        return None
    return InboundPart(reference[:40], number, total)


def _id(fields: Mapping[str, str]) -> str:
    found = fields.get("messageId", "").strip()
    if not _ID.fullmatch(found):
        raise Malformed("messageId")
    return found


def _reference(fields: Mapping[str, str]) -> str:
    """Our token; "" for one that is none of ours."""
    found = fields.get("client-ref", "").strip()
    return found if re.fullmatch("[A-Za-z0-9_-]{1,32}", found) else ""


def _written(value: object) -> str:
    """A value of a JSON object as a form would hold it; storable, so without NUL and half surrogate
    pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="replace").decode()
    return json.dumps(value)
