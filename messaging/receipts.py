"""Provider reports, kept as they come; a message's status follows the highest of them.

Reports arrive late, twice and out of order. Status is a rank and only rises, so every order ends
in the same place. A report also proves that the call was accepted, should its answer be lost; even
of one that was given up, as long as the text has not been tried again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from messaging.models.attempt import Attempt
from messaging.providers.base import DeliveryReport

#: Lowest first. `delivered` beats a failure reported before: the handset has the text.
RANK = ("queued", "sending", "unknown", "accepted", "sent", "failed", "undelivered", "delivered")

_APPEND = """
INSERT INTO messaging_receipt (attempt_id, status, error_code, received_at)
SELECT r.attempt_id, r.status, r.error_code, clock_timestamp()
  FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS r(attempt_id, status, error_code)
ON CONFLICT (attempt_id, status) DO NOTHING
"""

# An id that comes after the proof is kept too: the next report may have no other name.
_PROVE = """
WITH reported AS (
    SELECT r.attempt_id, max(r.provider_id) AS provider_id
      FROM unnest(%s::bigint[], %s::text[]) AS r(attempt_id, provider_id)
     GROUP BY r.attempt_id
), proven AS (
    UPDATE messaging_attempt a
       SET outcome = 'accepted', settled_at = coalesce(a.settled_at, clock_timestamp()),
           provider_message_id = coalesce(nullif(r.provider_id, ''), a.provider_message_id)
      FROM reported r
     WHERE a.id = r.attempt_id
       AND (a.outcome IN ('started', 'unknown')
            OR a.outcome = 'not_accepted'
               AND NOT EXISTS (SELECT 1 FROM messaging_attempt x
                                WHERE x.message_id = a.message_id
                                  AND x.outcome IN ('started', 'unknown', 'accepted'))
            OR a.outcome = 'accepted' AND a.provider_message_id = '' AND r.provider_id <> '')
    RETURNING a.message_id, a.provider_message_id
)
UPDATE messaging_message m SET provider_message_id = p.provider_message_id
  FROM proven p
 WHERE m.id = p.message_id AND m.provider_message_id = '' AND p.provider_message_id <> ''
"""

_RAISE = """
WITH highest AS (
    SELECT DISTINCT ON (a.message_id) a.message_id, a.provider_message_id, r.status, r.error_code
      FROM messaging_receipt r JOIN messaging_attempt a ON a.id = r.attempt_id
     WHERE r.attempt_id = ANY(%(attempt_ids)s) AND a.outcome = 'accepted'
     ORDER BY a.message_id, array_position(%(rank)s, r.status::text) DESC
)
UPDATE messaging_message m
   SET status = h.status,
       status_reason = CASE WHEN h.status IN ('failed', 'undelivered')
                            THEN coalesce(nullif(h.error_code, ''), 'reported') ELSE '' END,
       provider_message_id = h.provider_message_id,
       retry_at = NULL,
       settled_at = coalesce(m.settled_at, %(now)s)
  FROM highest h
 WHERE m.id = h.message_id
   AND array_position(%(rank)s, m.status::text) < array_position(%(rank)s, h.status::text)
"""


@transaction.atomic
def append(*, provider: str, report: DeliveryReport, now: datetime) -> bool:
    """False when neither token nor id is of an attempt known here."""
    attempts = Attempt.objects.filter(provider=provider)
    if report.token:
        attempts = attempts.filter(token=report.token)
    elif report.provider_message_id:
        attempts = attempts.filter(provider_message_id=report.provider_message_id)
    else:
        return False
    attempt_id = attempts.values_list("pk", flat=True).first()
    if attempt_id is None:
        return False
    append_many(reports=[(attempt_id, report)], now=now)
    return True


@transaction.atomic
def append_many(*, reports: Sequence[tuple[int, DeliveryReport]], now: datetime) -> None:
    """Reports by attempt id. One known before changes nothing."""
    if not reports:
        return
    attempt_ids = [attempt_id for attempt_id, _ in reports]
    statuses = [report.status.value for _, report in reports]
    errors = [report.error_code[:40] for _, report in reports]
    provider_ids = [report.provider_message_id[:80] for _, report in reports]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [attempt_ids])
        cursor.execute(_APPEND, [attempt_ids, statuses, errors])
        cursor.execute(_PROVE, [attempt_ids, provider_ids])
        values: dict[str, Any] = {"attempt_ids": attempt_ids, "rank": list(RANK), "now": now}
        cursor.execute(_RAISE, values)


#: In one order, so that two batches never wait for each other in a circle.
_LOCK = "SELECT 1 FROM messaging_attempt WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
