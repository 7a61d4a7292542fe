"""What a call came to, written to its attempt and its message in one statement a batch.

Conditional: whoever settles an attempt first has decided, and a later word changes nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from messaging import clock, failpoints, receipts
from messaging.models.attempt import Attempt
from messaging.models.message import Message
from messaging.providers.base import DeliveryReport
from messaging.statements import ids, rows

#: Seconds. First wait after a rejection for now; doubled each time, with up to half as much again
#: at random so that a recovering provider is not met by everything at once.
_RETRY = 30
_LONGEST_RETRY = 900

# Attempts are locked in the order of their ids, as everywhere. What was cancelled while its call
# was on the wire is not queued again; the row is read under its lock, as it may just have been.
# `|| ''` keeps the rows from being sought in the index of all that is open, which may be long.
_SETTLE = f"""
WITH v AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(answers)s::jsonb)
        AS v(attempt_id bigint, outcome text, provider_id text, error_code text, status text,
             reason text, retry_after float8)
), locked AS MATERIALIZED (
    SELECT a.id FROM messaging_attempt a
     WHERE a.id = ANY(%(ids)s::bigint[]) ORDER BY a.id FOR NO KEY UPDATE
), settled AS (
    UPDATE messaging_attempt a
       SET outcome = v.outcome,
           settled_at = CASE v.outcome WHEN 'unknown' THEN NULL ELSE clock_timestamp() END,
           provider_message_id = v.provider_id,
           error_code = v.error_code
      FROM locked JOIN v ON v.attempt_id = locked.id
     WHERE a.id = locked.id AND a.outcome || '' IN ('started', 'unknown')
    RETURNING a.id, a.message_id
), on_wire AS MATERIALIZED (
    SELECT m.id, m.cancel_reason, settled.id AS attempt_id
      FROM settled JOIN messaging_message m ON m.id = settled.message_id
     WHERE m.status || '' IN ('sending', 'unknown')
     ORDER BY m.id
       FOR NO KEY UPDATE OF m
), moved AS (
    UPDATE messaging_message m
       SET status = n.status, status_reason = n.reason, provider_message_id = n.provider_id,
           retry_at = CASE WHEN n.status = 'queued' AND n.outcome = 'rejected_retryable'
                           THEN n.now + n.wait END,
           settled_at = CASE WHEN n.status IN ('queued', 'unknown') THEN NULL ELSE n.now END
      FROM (
        SELECT on_wire.id, v.outcome, v.provider_id,
               coalesce(%(now)s::timestamptz, {clock.CALENDAR_NOW}) AS now,
               CASE WHEN v.status = 'queued' AND on_wire.cancel_reason <> '' THEN 'cancelled'
                    ELSE v.status END AS status,
               CASE WHEN v.status = 'queued' THEN on_wire.cancel_reason
                    ELSE v.reason END AS reason,
               CASE WHEN v.outcome = 'rejected_retryable' THEN make_interval(secs =>
                   greatest(v.retry_after, least({_LONGEST_RETRY}, {_RETRY} * 2.0 ^ (
                       SELECT least(count(*), 10) FROM messaging_attempt x
                        WHERE x.message_id = on_wire.id AND x.outcome = 'rejected_retryable')))
                   * (1 + random() / 2)) END AS wait
          FROM on_wire JOIN v ON v.attempt_id = on_wire.attempt_id
      ) n
     WHERE m.id = n.id
)
SELECT id FROM settled
"""

_NAME = """
WITH locked AS MATERIALIZED (
    SELECT a.id, v.name FROM messaging_attempt a
      JOIN unnest(%(ids)s::bigint[], %(names)s::text[]) AS v(id, name) ON v.id = a.id
     WHERE a.outcome = 'accepted' AND a.provider_message_id = ''
     ORDER BY a.id FOR NO KEY UPDATE OF a
), named AS (
    UPDATE messaging_attempt a SET provider_message_id = locked.name
      FROM locked WHERE a.id = locked.id
    RETURNING a.message_id, a.provider_message_id
)
UPDATE messaging_message m SET provider_message_id = named.provider_message_id
  FROM named WHERE m.id = named.message_id AND m.provider_message_id = ''
RETURNING m.id
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


def settle(*, answers: Sequence[Answer], now: datetime | None = None) -> int:
    """How many attempts were settled by this very call. `now` is calendar time, the database's
    when it is not given."""
    if not answers:
        return 0
    failpoints.reached("settle.before")
    if not any(answer.report for answer in answers):
        settled = _settle(answers, now)
        if len(settled) < len(answers):
            _name(answers)
        return len(settled)
    with transaction.atomic():
        now = now or clock.calendar_now()
        settled = _settle(answers, now)
        if len(settled) < len(answers):
            _name(answers)
        receipts.append_many(reports=_reports(answers, settled), now=now)
        failpoints.reached("settle.before_commit")
    return len(settled)


def _name(answers: Sequence[Answer]) -> None:
    """A report may come before the answer to its call, prove it, and lack the provider's id."""
    named = sorted(
        (answer.attempt_id, _row(answer)["provider_id"])
        for answer in answers
        if answer.provider_message_id
    )
    if named:
        rows(_NAME, {"ids": ids(at for at, _ in named), "names": [name for _, name in named]})


def _reports(answers: Sequence[Answer], settled: Sequence[int]) -> list[tuple[int, DeliveryReport]]:
    """What became of a text counts whoever settled its call, as long as it was accepted."""
    told = {answer.attempt_id: answer.report for answer in answers if answer.report}
    ours = set(settled)
    others = Attempt.objects.filter(pk__in=told.keys() - ours, outcome=Attempt.Outcome.ACCEPTED)
    counting = ours.union(others.values_list("pk", flat=True))
    return [(attempt_id, report) for attempt_id, report in told.items() if attempt_id in counting]


def _settle(answers: Sequence[Answer], now: datetime | None) -> list[int]:
    values: dict[str, Any] = {
        "ids": ids(answer.attempt_id for answer in answers),
        "answers": json.dumps([_row(answer) for answer in answers]),
        "now": now,
    }
    return [row[0] for row in rows(_SETTLE, values)]


def _row(answer: Answer) -> dict[str, Any]:
    # NUL is no text to PostgreSQL.
    provider_id = answer.provider_message_id[:80].replace("\x00", "")
    error_code = answer.error_code[:40].replace("\x00", "")
    return {
        "attempt_id": answer.attempt_id,
        "outcome": answer.outcome.value,
        "provider_id": provider_id,
        "error_code": error_code,
        "status": _status(answer).value,
        "reason": _reason(answer, error_code),
        "retry_after": answer.retry_after.total_seconds() if answer.retry_after else 0,
    }


def _status(answer: Answer) -> Message.Status:
    match answer.outcome:
        case Attempt.Outcome.ACCEPTED:
            return Message.Status.ACCEPTED
        case Attempt.Outcome.UNKNOWN:
            return Message.Status.UNKNOWN
        case Attempt.Outcome.REJECTED_PERMANENT:
            return Message.Status.FAILED
    return Message.Status.FAILED if answer.fails else Message.Status.QUEUED


def _reason(answer: Answer, error_code: str) -> str:
    if answer.outcome is Attempt.Outcome.REJECTED_PERMANENT:
        return error_code or "rejected"
    return answer.fails
