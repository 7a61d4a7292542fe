"""What a call came to, written to its attempt and its message in two statements a batch.

Conditional: whoever settles an attempt first has decided, and a later word changes nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from messaging import receipts
from messaging.models.attempt import Attempt
from messaging.models.message import Message
from messaging.providers.base import DeliveryReport

#: First wait after a rejection for now; doubled each time, with up to half as much again at random
#: so that a recovering provider is not met by everything at once.
_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(minutes=15)

_LOCK = "SELECT 1 FROM messaging_attempt WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"

_SETTLE_ATTEMPTS = """
UPDATE messaging_attempt a
   SET outcome = v.outcome,
       settled_at = CASE v.outcome WHEN 'unknown' THEN NULL ELSE clock_timestamp() END,
       provider_message_id = v.provider_id,
       error_code = v.error_code
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
       AS v(id, outcome, provider_id, error_code)
 WHERE a.id = v.id AND a.outcome IN ('started', 'unknown')
RETURNING a.id, a.message_id
"""

_SETTLE_MESSAGES = """
WITH v AS (
    SELECT m.id, u.provider_id, u.retry_at, m.cancel_reason,
           CASE WHEN u.status = 'queued' AND m.cancel_reason <> '' THEN 'cancelled'
                ELSE u.status END AS status,
           CASE WHEN u.status = 'queued' THEN m.cancel_reason ELSE u.reason END AS reason
      FROM unnest(%(ids)s::bigint[], %(statuses)s::text[], %(reasons)s::text[],
                  %(provider_ids)s::text[], %(retry_ats)s::timestamptz[])
           AS u(id, status, reason, provider_id, retry_at)
      JOIN messaging_message m ON m.id = u.id
     WHERE m.status IN ('sending', 'unknown')
     ORDER BY m.id
       FOR NO KEY UPDATE OF m
)
UPDATE messaging_message m
   SET status = v.status, status_reason = v.reason, provider_message_id = v.provider_id,
       retry_at = CASE v.status WHEN 'queued' THEN v.retry_at END,
       settled_at = CASE WHEN v.status IN ('queued', 'unknown') THEN NULL
                         ELSE %(now)s::timestamptz END
  FROM v WHERE m.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one attempt. `fails`, when given, is why the message must not be tried again
    though its call was never made."""

    attempt_id: int
    outcome: Attempt.Outcome
    provider_message_id: str = ""
    error_code: str = ""
    retry_after: timedelta | None = None
    report: DeliveryReport | None = None
    fails: str = ""


@transaction.atomic
def settle(*, answers: Sequence[Answer], now: datetime) -> int:
    """How many attempts were settled by this very call. `now` is calendar time."""
    settled = _settle_attempts(answers) if answers else {}
    if not settled:
        return 0
    ours = [
        (settled[answer.attempt_id], answer) for answer in answers if answer.attempt_id in settled
    ]
    _settle_messages(ours, now)
    receipts.append_many(
        reports=[(answer.attempt_id, answer.report) for _, answer in ours if answer.report],
        now=now,
    )
    return len(settled)


def _settle_attempts(answers: Sequence[Answer]) -> dict[int, int]:
    """The message of each attempt that was still open."""
    values: list[list[Any]] = [
        [answer.attempt_id for answer in answers],
        [answer.outcome.value for answer in answers],
        [answer.provider_message_id[:80] for answer in answers],
        [answer.error_code[:40] for answer in answers],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [values[0]])
        cursor.execute(_SETTLE_ATTEMPTS, values)
        return dict(cursor.fetchall())


def _settle_messages(ours: Sequence[tuple[int, Answer]], now: datetime) -> None:
    rejections = _rejections([message_id for message_id, _ in ours])
    values: dict[str, Any] = {
        "ids": [message_id for message_id, _ in ours],
        "statuses": [_status(answer).value for _, answer in ours],
        "reasons": [_reason(answer) for _, answer in ours],
        "provider_ids": [answer.provider_message_id[:80] for _, answer in ours],
        "retry_ats": [
            _retry_at(answer, rejections.get(message_id, 1), now) for message_id, answer in ours
        ],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE_MESSAGES, values)


def _status(answer: Answer) -> Message.Status:
    match answer.outcome:
        case Attempt.Outcome.ACCEPTED:
            return Message.Status.ACCEPTED
        case Attempt.Outcome.UNKNOWN:
            return Message.Status.UNKNOWN
        case Attempt.Outcome.REJECTED_PERMANENT:
            return Message.Status.FAILED
    return Message.Status.FAILED if answer.fails else Message.Status.QUEUED


def _reason(answer: Answer) -> str:
    if answer.outcome is Attempt.Outcome.REJECTED_PERMANENT:
        return answer.error_code[:40] or "rejected"
    return answer.fails


def _retry_at(answer: Answer, rejections: int, now: datetime) -> datetime | None:
    if answer.outcome is not Attempt.Outcome.REJECTED_RETRYABLE:
        return None
    doublings = min(rejections - 1, 10)
    wait = min(_RETRY * (1 << doublings), _LONGEST_RETRY)
    wait = max(wait, answer.retry_after or timedelta())
    return now + wait * (1 + random.random() / 2)


def _rejections(message_ids: list[int]) -> dict[int, int]:
    return dict(
        Attempt.objects.filter(
            message_id__in=message_ids, outcome=Attempt.Outcome.REJECTED_RETRYABLE
        )
        .order_by()
        .values("message_id")
        .annotate(times=Count("pk"))
        .values_list("message_id", "times")
    )
