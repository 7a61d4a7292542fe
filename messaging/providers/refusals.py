"""What HTTP alone says of a text, for providers that say no more; and when nothing is said.

Whoever is unsure takes UNKNOWN: a text that is not sent again is a smaller harm than one that comes
twice.
"""

from messaging.providers.base import Advice, SendOutcome, SendResult
from messaging.providers.wire import Answer

#: For `wire.NotSent`.
UNREACHABLE = SendResult(
    SendOutcome.REJECTED_RETRYABLE, error_code="unreachable", advice=Advice.UNREACHABLE
)
#: For `wire.NoAnswer`.
NO_ANSWER = SendResult(SendOutcome.UNKNOWN, error_code="no_answer")
#: For an answer that means success and holds nothing that can be understood.
UNREADABLE = SendResult(SendOutcome.UNKNOWN, error_code="unreadable_answer")

#: The text itself is at fault, and would be again.
_THIS_TEXT = frozenset({400, 409, 413, 414, 422})


def by_status(answer: Answer) -> SendResult:
    """Of an answer that is no 2xx. A redirect, a wrong secret, no money, no such address: no text
    will pass, so the sender's texts wait. 408 may come from something in between."""
    status = answer.status
    code = f"http_{status}"
    if status == 429:
        return SendResult(
            SendOutcome.REJECTED_RETRYABLE,
            error_code=code,
            retry_after=answer.retry_after(),
            advice=Advice.SLOW_DOWN,
        )
    if status >= 500 or status == 408:
        return SendResult(SendOutcome.UNKNOWN, error_code=code)
    if status in _THIS_TEXT:
        return SendResult(SendOutcome.REJECTED_PERMANENT, error_code=code)
    return SendResult(
        SendOutcome.REJECTED_RETRYABLE,
        error_code=code,
        retry_after=answer.retry_after(),
        advice=Advice.STOP_SENDER,
    )
