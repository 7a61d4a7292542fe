"""A missed call as a telephone gateway tells of it: a form or JSON, each in its own words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from enrolment.api_problems import Unreadable, json_object
from messaging.addresses import is_number, normalised

#: Twilio, Africa's Talking, Infobip, Plivo, and whoever writes to us in plain words.
_CALLER = ("From", "callerNumber", "from", "number", "caller", "msisdn")
_CALL = ("CallSid", "sessionId", "callId", "CallUUID", "call_id", "id")
_LONGEST_CALL = 64


@dataclass(frozen=True, slots=True)
class MissedCall:
    """`number` is empty where the caller hides it. `call`: the gateway's own name for the call."""

    number: str = field(repr=False)
    call: str


def missed_call(body: bytes, content_type: str) -> MissedCall:
    """Raises Unreadable."""
    told = _form(body) if content_type == "application/x-www-form-urlencoded" else json_object(body)
    call = _first(told, _CALL)
    if not 0 < len(call) <= _LONGEST_CALL or not call.isascii() or not call.isprintable():
        raise Unreadable("/call_id", "expected the call's own name, of 1 to 64 plain characters")
    said = _first(told, _CALLER)
    if not said:
        raise Unreadable("/number", "expected the caller's number")
    number = normalised(said)
    return MissedCall(number if is_number(number) else "", call)


def _form(body: bytes) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8"), max_num_fields=60))
    except ValueError:
        raise Unreadable("", "the body is not a form in UTF-8") from None


def _first(told: Mapping[str, object], names: tuple[str, ...]) -> str:
    found = (told[name] for name in names if name in told)
    return next((value for value in found if isinstance(value, str) and value), "")
