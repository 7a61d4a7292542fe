from datetime import timedelta

import pytest

from messaging.providers.base import Advice, SendOutcome
from messaging.providers.refusals import by_status
from messaging.providers.wire import Answer

PERMANENT = (SendOutcome.REJECTED_PERMANENT, Advice.NONE)
STOP = (SendOutcome.REJECTED_RETRYABLE, Advice.STOP_SENDER)
SLOW = (SendOutcome.REJECTED_RETRYABLE, Advice.SLOW_DOWN)
OPEN = (SendOutcome.UNKNOWN, Advice.NONE)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (301, STOP),
        (304, STOP),
        (400, PERMANENT),
        (401, STOP),
        (402, STOP),
        (403, STOP),
        (404, STOP),
        (405, STOP),
        (408, OPEN),
        (413, PERMANENT),
        (422, PERMANENT),
        (429, SLOW),
        (451, STOP),
        (500, OPEN),
        (503, OPEN),
        (599, OPEN),
    ],
)
def test_by_status(status: int, expected: tuple[SendOutcome, Advice]) -> None:
    result = by_status(Answer(status, {}, b""))

    assert (result.outcome, result.advice) == expected
    assert result.error_code == f"http_{status}"


@pytest.mark.parametrize("status", [401, 429])
def test_by_status_waits_as_told(status: int) -> None:
    answer = Answer(status, {"retry-after": "90"}, b"")

    assert by_status(answer).retry_after == timedelta(seconds=90)


@pytest.mark.parametrize("status", [400, 503])
def test_by_status_waits_for_nothing_that_is_not_tried_again(status: int) -> None:
    assert by_status(Answer(status, {"retry-after": "90"}, b"")).retry_after is None
