"""Vonage's codes: what each means for the text, and for what comes after it.

STATUSES: developer.vonage.com/messaging/sms/guides/troubleshooting-sms and /api-errors/sms.
ERR_CODES: developer.vonage.com/messaging/sms/guides/delivery-receipts, and the support article
"Vonage SMS Delivery Error Codes and Descriptions".
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from messaging.providers.base import Advice, ReportStatus, SendOutcome


class Verdict(NamedTuple):
    outcome: SendOutcome
    advice: Advice = Advice.NONE
    retry_after: timedelta | None = None


_NO = Verdict(SendOutcome.REJECTED_PERMANENT)
_BAD_NUMBER = Verdict(SendOutcome.REJECTED_PERMANENT, Advice.BAD_NUMBER)
#: Nothing is lost: the text waits until someone has mended account, secret or sender.
_STOP = Verdict(SendOutcome.REJECTED_RETRYABLE, Advice.STOP_SENDER)
_SLOW_DOWN = Verdict(SendOutcome.REJECTED_RETRYABLE, Advice.SLOW_DOWN)

#: Of a part in the answer to a call; 0 is success.
STATUSES: Mapping[int, Verdict] = {
    1: _SLOW_DOWN,  # Throttled
    2: _NO,  # A parameter is missing
    3: _NO,  # A parameter is not valid
    4: _STOP,  # Wrong key or secret
    5: Verdict(SendOutcome.UNKNOWN),  # Internal error "whilst processing this message"
    6: _BAD_NUMBER,  # Cannot be processed, as with a prefix nobody has
    7: _BAD_NUMBER,  # Number barred
    8: _STOP,  # Account suspended
    9: _STOP,  # No credit
    10: _SLOW_DOWN,  # Too many connections
    11: _STOP,  # Account not set up for this API
    12: _NO,  # Too long
    14: _STOP,  # Signature wrong
    15: _STOP,  # Sender not allowed
    22: _NO,  # Network code not valid
    23: _STOP,  # Callback address not valid: our public address is wrong for every text
    # Trial account, and about this one number; the sender's other texts go on.
    29: Verdict(SendOutcome.REJECTED_RETRYABLE, retry_after=timedelta(minutes=30)),
    32: _STOP,  # Signature and secret together
    33: _BAD_NUMBER,  # Number not in use
}

#: What a report says that is new; `buffered` and `unknown` say nothing.
REPORTS: Mapping[str, ReportStatus] = {
    "accepted": ReportStatus.SENT,
    "delivered": ReportStatus.DELIVERED,
    "expired": ReportStatus.UNDELIVERED,
    "failed": ReportStatus.UNDELIVERED,
    "rejected": ReportStatus.FAILED,
}
ERR_CODES: Mapping[int, Advice] = {
    2: Advice.BAD_NUMBER,  # Absent for now: one strike, several make a case
    3: Advice.BAD_NUMBER,  # Absent for good
    4: Advice.BAD_NUMBER,  # Barred by the subscriber: of everyone's texts, so no word to us
    9: Advice.OPTED_OUT,  # "Illegal number": asked not to get texts of this service
    12: Advice.BAD_NUMBER,  # No route to the number
}


def verdict(status: int) -> Verdict:
    """One that nobody knows is a no all the same."""
    return STATUSES.get(status, _NO)


def read_code(value: object) -> int:
    """A code is up to three digits, as a number or as text; -1 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 4:
        return int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000
    return int(value) if fits else -1  # type: ignore[call-overload]
