"""Twilio's error codes: what each means for the text, and for what comes after it.

One table for both places a code can stand. In the answer to a send, outcome and advice count. In a
status callback (most of 300xx) the text was taken on long ago, and only the advice counts.

[D]: read at twilio.com/docs/api/errors/<code>. [K]: from public tables of Twilio's codes, its own
page not seen; to be confirmed on the live service.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from messaging.providers.base import Advice, SendOutcome


class Verdict(NamedTuple):
    outcome: SendOutcome
    advice: Advice = Advice.NONE
    retry_after: timedelta | None = None


_NO = Verdict(SendOutcome.REJECTED_PERMANENT)
_BAD_NUMBER = Verdict(SendOutcome.REJECTED_PERMANENT, Advice.BAD_NUMBER)
_OPTED_OUT = Verdict(SendOutcome.REJECTED_PERMANENT, Advice.OPTED_OUT)
#: Nothing is lost: the text waits until someone has mended account, permission or sender.
_STOP = Verdict(SendOutcome.REJECTED_RETRYABLE, Advice.STOP_SENDER)
#: Mended in the account, and yet about one number or country: the sender's other texts go on.
_MEND_HERE = Verdict(SendOutcome.REJECTED_RETRYABLE, retry_after=timedelta(minutes=30))
_SLOW_DOWN = Verdict(SendOutcome.REJECTED_RETRYABLE, Advice.SLOW_DOWN)
#: The sender's queue at Twilio holds ten hours of texts; a few minutes change nothing.
_QUEUE_FULL = Verdict(SendOutcome.REJECTED_RETRYABLE, Advice.SLOW_DOWN, timedelta(hours=1))
_LATER = Verdict(SendOutcome.REJECTED_RETRYABLE)
_OPEN = Verdict(SendOutcome.UNKNOWN)

CODES: dict[int, Verdict] = {
    # The account and its secret.
    10001: _STOP,  # Account is not active [K]
    20003: _STOP,  # Authenticate: wrong secret, or the account may not [D]
    20005: _STOP,  # Account is not active [K]
    20008: _STOP,  # Test credentials used for what they cannot do [K]
    20403: _STOP,  # Forbidden [K]
    20404: _STOP,  # Not found: of a send, the account in the address [D]
    # Too many at once.
    14107: _SLOW_DOWN,  # Send rate limit exceeded [K]
    20429: _SLOW_DOWN,  # Too many requests; not processed [D]
    63018: _SLOW_DOWN,  # Rate limit of the channel [K]
    63038: _QUEUE_FULL,  # Daily limit of the account [K]
    # Twilio's own failures. Of 20500 Twilio says that a retry may send twice [D].
    20500: _OPEN,  # Internal server error [D]
    20503: _OPEN,  # Service unavailable [D]
    # The receiver's number.
    21211: _BAD_NUMBER,  # Invalid To [D]
    21214: _BAD_NUMBER,  # To cannot be reached [K]
    21217: _BAD_NUMBER,  # Number does not appear to be valid [K]
    21614: _BAD_NUMBER,  # To is not a mobile number [K]
    21635: _BAD_NUMBER,  # To cannot be a landline [K]
    21610: _OPTED_OUT,  # The receiver has sent STOP to this sender [K]
    # Permission, sender, route.
    21212: _STOP,  # Invalid From [K]
    21408: _MEND_HERE,  # Region not switched on in the account's geographic permissions [K]
    21601: _STOP,  # From is no number of the account [D]
    21603: _STOP,  # No From and no Messaging Service [D]
    21606: _STOP,  # From cannot send texts, here or from this account [D]
    21608: _MEND_HERE,  # Trial account: To is not verified [K]
    21609: _STOP,  # Invalid StatusCallback: our public address is wrong for every text [D]
    21612: _MEND_HERE,  # No route for this To and From [D]
    21657: _STOP,  # Sender id is not valid there [D]
    21659: _STOP,  # From is no Twilio number, or of another country [K]
    21660: _STOP,  # From belongs to another account [K]
    21701: _STOP,  # Messaging Service does not exist [K]
    21703: _STOP,  # Messaging Service has no number that can send this [K]
    21704: _STOP,  # Messaging Service has no numbers [K]
    21705: _STOP,  # Messaging Service is not valid [K]
    21611: _QUEUE_FULL,  # Over ten hours of texts queued for From [D]
    21730: _LATER,  # Maintenance [D]
    # The text itself.
    21602: _NO,  # Body is missing [K]
    21604: _NO,  # To is missing [K]
    21617: _NO,  # Body over 1,600 characters [K]
    21619: _NO,  # Neither body nor media [K]
    # Afterwards, in status callbacks.
    30001: _QUEUE_FULL,  # Queue overflow [D]
    30002: _STOP,  # Account suspended [K]
    30003: _BAD_NUMBER,  # Handset cannot be reached, or is off: one strike, several make a case [K]
    30004: _NO,  # Blocked by receiver or carrier; not a withdrawal we could act on [K]
    30005: _BAD_NUMBER,  # Unknown number; also while a number moves between carriers [K]
    30006: _BAD_NUMBER,  # Landline, or a carrier out of reach [K]
    30007: _NO,  # Filtered as spam [K]
    30008: _NO,  # Unknown error of the carrier [K]
    30010: _STOP,  # Price is over the limit set [K]
    30022: _SLOW_DOWN,  # US: over the campaign's rate [D]
    30023: _SLOW_DOWN,  # US: over the carrier's daily cap [K]
    30024: _NO,  # Sender not provisioned there; may also be one number moving carrier [D]
    30032: _STOP,  # US: toll-free number not verified [K]
    30033: _STOP,  # US: campaign suspended [K]
    30034: _STOP,  # US: number not registered [K]
    30035: _STOP,  # US: number being registered [K]
    30036: _NO,  # Validity period ran out in the queue [D]
    30042: _STOP,  # Sender id blocked [D]
    30410: _LATER,  # Carrier timed out; Twilio does not retry [D]
    30500: _LATER,  # Internal failure [D]
}

#: A status with no code that we know. 401, 403, 404, 405, 407, 410: this is not, or no longer, the
#: place that takes our texts, which no text can help.
_STOPPING = frozenset({401, 403, 404, 405, 407, 410})


def verdict(status: int, code: int) -> Verdict:
    """Of an answer that was no 2xx. `code` 0: none was given, or none that can be read.

    A 5xx leaves it open whatever the code; so does 408, which may come from something in between.
    3xx: Twilio redirects no send, so the address is wrong and every text would meet the same."""
    if status >= 500 or status == 408 or status < 200:
        return _OPEN
    if status == 429:
        return CODES.get(code, _SLOW_DOWN)
    if code in CODES:
        return CODES[code]
    if status < 400 or status in _STOPPING:
        return _STOP
    return _NO


def advice(code: int) -> Advice:
    """Of a code in a status callback."""
    return CODES[code].advice if code in CODES else Advice.NONE


def read_code(value: Any) -> int:
    """A code is five digits, as a number or as text; 0 for anything else, such as a blank."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 5:
        value = int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and 10_000 <= value <= 99_999
    return int(value) if fits else 0
