"""Delivery reports on their way in: written down as they come, folded into receipts by the batch.

A provider reports in bursts, several times a text. Its webhook waits for one insert only; what a
report means for its text is worked out for hundreds at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction

from messaging import advice, failpoints, receipts
from messaging.models.attempt import Attempt
from messaging.providers.base import Advice, DeliveryReport, ReportStatus

log = structlog.get_logger(__name__)

#: A report that belongs to no attempt by then never will: not ours, or of an erased text.
KEEP = timedelta(hours=72)
AT_ONCE = 1000

_RECEIVE = """
INSERT INTO messaging_report
       (provider, token, provider_message_id, status, error_code, advice, received_at, try_at)
SELECT %s, r.token, r.provider_id, r.status, r.error_code, r.advice, clock_timestamp(),
       clock_timestamp()
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
       AS r(token, provider_id, status, error_code, advice)
"""

_TAKE = """
WITH taken AS (
    SELECT * FROM messaging_report WHERE try_at <= clock_timestamp()
     ORDER BY try_at LIMIT %s FOR UPDATE SKIP LOCKED
)
SELECT t.id, coalesce(by_token.id, by_id.id), t.status, t.provider_message_id, t.error_code,
       t.advice
  FROM taken t
  LEFT JOIN messaging_attempt by_token
    ON t.token <> '' AND by_token.token = t.token AND by_token.provider = t.provider
  LEFT JOIN messaging_attempt by_id
    ON t.token = '' AND t.provider_message_id <> ''
   AND by_id.provider = t.provider AND by_id.provider_message_id = t.provider_message_id
 ORDER BY t.id
"""

_LATER = """
UPDATE messaging_report
   SET try_at = clock_timestamp()
              + least(greatest(clock_timestamp() - received_at, interval '2 s'), interval '1 h')
 WHERE id = ANY(%s)
"""

_GIVE_UP = """
DELETE FROM messaging_report WHERE id = ANY(%s) AND received_at < clock_timestamp() - %s
"""


@dataclass(frozen=True, slots=True)
class _Taken:
    report_id: int
    attempt_id: int | None
    report: DeliveryReport


def receive(*, provider: str, reports: Sequence[DeliveryReport]) -> None:
    """Writes them down, durably, in one statement."""
    if not reports:
        return
    columns = [
        [report.token[:32] for report in reports],
        [report.provider_message_id[:80] for report in reports],
        [report.status.value for report in reports],
        [report.error_code[:40] for report in reports],
        [report.advice.value for report in reports],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVE, [provider, *columns])


def fold(*, now: datetime, limit: int = AT_ONCE) -> int:
    """How many reports found their attempt. Safe twice at once. `now` is calendar time."""
    ours = _fold(now, limit)
    if ours:
        failpoints.reached("fold.after_commit")
        _obey(ours, now)
    return len(ours)


@transaction.atomic
def _fold(now: datetime, limit: int) -> list[tuple[int, DeliveryReport]]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [limit])
        taken = [_read(row) for row in cursor.fetchall()]
        ours = [(each.attempt_id, each.report) for each in taken if each.attempt_id is not None]
        receipts.append_many(reports=ours, now=now)
        known = [each.report_id for each in taken if each.attempt_id is not None]
        cursor.execute("DELETE FROM messaging_report WHERE id = ANY(%s)", [known])
        strange = [each.report_id for each in taken if each.attempt_id is None]
        if strange:
            values: list[Any] = [strange, KEEP]
            cursor.execute(_GIVE_UP, values)
            if cursor.rowcount:
                log.warning("reports_of_nobody", count=cursor.rowcount)
            cursor.execute(_LATER, [strange])
    failpoints.reached("fold.before_commit")
    return ours


def _read(row: tuple[int, int | None, str, str, str, str]) -> _Taken:
    report_id, attempt_id, status, provider_id, error_code, said = row
    report = DeliveryReport(
        ReportStatus(status),
        provider_message_id=provider_id,
        error_code=error_code,
        advice=Advice(said),
    )
    return _Taken(report_id, attempt_id, report)


def _obey(ours: Sequence[tuple[int, DeliveryReport]], now: datetime) -> None:
    """What reports say of a number, after they are kept; see `messaging.advice`."""
    telling = {
        attempt_id: report
        for attempt_id, report in ours
        if report.advice or report.status is ReportStatus.DELIVERED
    }
    attempts = Attempt.objects.filter(pk__in=telling).values_list(
        "pk", "message_id", "message__recipient_id"
    )
    said: dict[int, Advice] = {}
    reached: list[int] = []
    for attempt_id, message_id, recipient_id in attempts:
        report = telling[attempt_id]
        if report.status is ReportStatus.DELIVERED:
            reached.append(recipient_id)
        elif report.advice:
            said[message_id] = report.advice
    advice.forget_strikes(recipient_ids=reached)
    advice.apply(advice=said, now=now)
