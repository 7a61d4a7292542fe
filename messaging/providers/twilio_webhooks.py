"""What Twilio calls us with: its signature, texts from people, and news of texts of ours.

Fields: twilio.com/docs/messaging/guides/webhook-request (texts) and
.../guides/track-outbound-message-status (news). Signatures: twilio.com/docs/usage/webhooks/
webhooks-security, and .../webhook-shared-keys for those made with a shared key.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
    get_signature_algorithm,
)

from messaging.addresses import normalised
from messaging.providers.base import DeliveryReport
from messaging.providers.twilio_codes import read_code
from messaging.providers.twilio_reports import report
from messaging.providers.webhook import Acknowledgement, InboundText, Malformed, WebhookRequest

_SIGNATURE = "x-twilio-signature"
_SETTINGS = "x-twilio-webhooks-signature-settings"
_SID = re.compile(r"[A-Za-z0-9]{1,64}")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
#: Shorter than this nobody has seen it happen.
_LEAST_BASE64 = 60
NO_REPLY = Acknowledgement(200, "<Response/>", "text/xml")


class _Form(dict[str, list[str]]):
    """Fields as the SDK's validator reads them, repeated names and blanks included."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def is_genuine(
    request: WebhookRequest,
    tokens: Sequence[RequestValidator],
    shared_keys: Mapping[str, RequestValidator],
) -> bool:
    """Whether any live secret made the signature over the address and all that came with it."""
    signature = request.headers.get(_SIGNATURE, "")
    settings = request.headers.get(_SETTINGS, "")
    algorithm = get_signature_algorithm(settings).upper()
    if not signature or algorithm not in (HMAC_SHA1, HMAC_SHA256):
        return False
    key = _shared_key(settings)
    if key:
        live = [shared_keys[key]] if key in shared_keys else []
    else:
        live = list(tokens) if algorithm == HMAC_SHA1 else []
    try:
        signed = _signed_part(request)
        return signed is not None and any(
            each.validate(request.url, signed, signature, algorithm) for each in live
        )
    except ValueError:
        # Characters that cannot be encoded: no text Twilio could have signed.
        return False


def _shared_key(settings: str) -> str:
    """Its id, of `key=<id>,algorithm=<name>`."""
    pairs = [part.partition("=") for part in settings.split(",")]
    return next((value.strip() for name, _, value in pairs if name.strip() == "key"), "")


def _signed_part(request: WebhookRequest) -> _Form | str | None:
    """None where there is a body that no signature covers: only a form is signed field by field,
    any other body by its hash in the address."""
    fields = _Form()
    for name, value in request.form:
        fields.setdefault(name, []).append(value)
    if fields or not request.body:
        return fields
    if "bodySHA256" in parse_qs(urlsplit(request.url).query):
        return request.body.decode()
    return None


def inbound_texts(request: WebhookRequest) -> list[InboundText]:
    """None from a channel other than SMS: such an address cannot be answered with a text."""
    fields = request.values()
    sid = _sid(fields)
    if not fields.get("From"):
        raise Malformed("From")
    if "Body" not in fields:
        raise Malformed("Body")
    if ":" in fields["From"] or ":" in fields.get("To", ""):
        return []
    # Only there when Advanced Opt-Out knew the word, and then Twilio has answered.
    matched = fields.get("OptOutType", "").strip().upper()
    return [
        InboundText(
            provider_message_id=sid,
            from_number=normalised(fields["From"]),
            body=unwrapped(fields["Body"]),
            to_address=normalised(fields.get("To", "")),
            opted_out=matched == "STOP",
            provider_answered=bool(matched),
        )
    ]


def delivery_reports(request: WebhookRequest) -> list[DeliveryReport]:
    fields = request.values()
    status = fields.get("MessageStatus") or fields.get("SmsStatus")
    if not status:
        raise Malformed("MessageStatus")
    code = read_code(fields.get("ErrorCode", "").strip())
    found = report(status.strip(), token=request.token, sid=_sid(fields), code=code)
    return [] if found is None else [found]


def acknowledgement(request: WebhookRequest) -> Acknowledgement:
    """A text from someone wants TwiML, here that there is no reply; news of ours wants nothing."""
    fields = request.values()
    status = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
    return NO_REPLY if status in ("", "received", "receiving") else Acknowledgement()


def unwrapped(body: str) -> str:
    """The text, where it came base64-encoded, as very long ones sometimes do (public source of
    nyaruka/courier, handlers/twiml); else as it came.

    Only where it is certain: a long unbroken run of whole groups of four that decodes to printable
    UTF-8 with a space in it. No word in any language does."""
    if len(body) < _LEAST_BASE64 or not _BASE64.fullmatch(body):
        return body
    try:
        found = base64.b64decode(body, validate=True).decode()
    except ValueError:
        return body
    readable = all(character.isprintable() or character in "\n\r" for character in found)
    return found if readable and " " in found else body


def _sid(fields: Mapping[str, str]) -> str:
    sid = fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid") or ""
    if not _SID.fullmatch(sid):
        raise Malformed("MessageSid")
    return sid
