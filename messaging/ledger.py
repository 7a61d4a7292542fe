"""The transport's books audited in SQL: one query a promise, each in one snapshot, so it can run
beside a working system. Empty tables and millions of rows are read the same way: whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from messaging.clock import CALENDAR_NOW
from messaging.models.message import Message
from messaging.receipts import RANK

#: How long work that is due may wait for the process that does it before it counts as forgotten.
GRACE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Violation:
    """`code` is the promise as docs/operators.md numbers it, `subject` a row by kind and id."""

    code: str
    subject: str
    detail: str


_CHECKS: tuple[tuple[str, str, str, str], ...] = (
    ("I1", "message", "accepted more than once", """
        SELECT message_id FROM messaging_attempt WHERE outcome = 'accepted'
         GROUP BY message_id HAVING count(*) > 1"""),
    ("I1", "message", "tried again after it was accepted or while that was open", """
        SELECT DISTINCT a.message_id FROM messaging_attempt a
          JOIN messaging_attempt b ON b.message_id = a.message_id AND b.id > a.id
         WHERE a.outcome IN ('started', 'unknown', 'accepted')"""),
    ("I2", "message", "queued though its time has passed", f"""
        SELECT id FROM messaging_message
         WHERE status = 'queued'
           AND valid_until < {CALENDAR_NOW} - make_interval(secs => %(grace)s)"""),
    ("I2", "attempt", "started and never settled", """
        SELECT id FROM messaging_attempt
         WHERE outcome = 'started'
           AND started_at < clock_timestamp() - make_interval(secs => %(lease)s + %(grace)s)"""),
    ("I3", "attempt", "started after the number opted out", """
        SELECT a.id FROM messaging_attempt a
          JOIN messaging_message m ON m.id = a.message_id
          JOIN messaging_recipient r ON r.id = m.recipient_id
          JOIN messaging_optout o
            ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
         WHERE NOT m.kind = ANY(%(past_opt_out)s) AND a.started_at > o.opted_out_at
           AND (o.lifted_at IS NULL OR a.started_at < o.lifted_at)"""),
    ("I3", "recipient", "more than one confirmation of one STOP", """
        SELECT m.recipient_id FROM messaging_attempt a
          JOIN messaging_message m ON m.id = a.message_id
          JOIN messaging_recipient r ON r.id = m.recipient_id
          JOIN messaging_optout o
            ON o.organisation_id = r.organisation_id AND o.number_index = r.number_index
         WHERE m.kind = 'stop_confirmation' AND a.outcome IN ('started', 'unknown', 'accepted')
           AND a.started_at > o.opted_out_at
           AND (o.lifted_at IS NULL OR a.started_at < o.lifted_at)
         GROUP BY m.recipient_id HAVING count(DISTINCT m.id) > 1"""),
    ("I4", "attempt", "started outside the message's time", """
        SELECT a.id FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
         WHERE a.calendar_at < m.not_before OR a.calendar_at >= m.valid_until"""),
    ("I4", "attempt", "started outside the person's hours", """
        SELECT a.id FROM messaging_attempt a JOIN messaging_message m ON m.id = a.message_id
         WHERE m.hours_start IS NOT NULL
           AND (timezone(m.zone, a.calendar_at)::time < m.hours_start
                OR timezone(m.zone, a.calendar_at)::time >= m.hours_end)"""),
    ("I5", "message", "stands below what was reported of it", """
        SELECT DISTINCT m.id FROM messaging_message m
          JOIN messaging_attempt a ON a.message_id = m.id AND a.outcome = 'accepted'
          JOIN messaging_receipt r ON r.attempt_id = a.id
         WHERE coalesce(array_position(%(rank)s, m.status::text), 0)
             < array_position(%(rank)s, r.status::text)"""),
    ("I5", "message", "was accepted, and its status says otherwise", """
        SELECT m.id FROM messaging_message m
          JOIN messaging_attempt a ON a.message_id = m.id AND a.outcome = 'accepted'
         WHERE m.status NOT IN ('accepted', 'sent', 'failed', 'undelivered', 'delivered')"""),
    ("I6", "message", "its status has no attempt to match", """
        SELECT m.id FROM messaging_message m
          LEFT JOIN messaging_attempt a ON a.message_id = m.id
               AND a.outcome IN ('started', 'unknown', 'accepted')
         WHERE (m.status = 'sending' AND a.outcome IS DISTINCT FROM 'started')
            OR (m.status = 'unknown' AND a.outcome IS DISTINCT FROM 'unknown')
            OR (m.status IN ('accepted', 'sent', 'undelivered', 'delivered')
                AND a.outcome IS DISTINCT FROM 'accepted')
            OR (m.status IN ('queued', 'cancelled', 'expired', 'blocked')
                AND a.outcome IN ('started', 'unknown'))"""),
    ("I6", "message", "has no words beside it", """
        SELECT m.id FROM messaging_message m
         WHERE NOT EXISTS (SELECT 1 FROM messaging_messagebody b WHERE b.message_id = m.id)"""),
    ("I7", "attempt", "was reported on, and does not count as accepted", """
        SELECT DISTINCT a.id FROM messaging_attempt a
          JOIN messaging_receipt r ON r.attempt_id = a.id
         WHERE a.outcome <> 'accepted'"""),
    ("I8", "inbound", "has no end", """
        SELECT id FROM messaging_inboundmessage
         WHERE "end" = 'pending'
           AND stored_at < clock_timestamp() - make_interval(secs => %(grace)s)"""),
)  # fmt: skip


def violations(*, grace: timedelta = GRACE) -> list[Violation]:
    """Every broken promise found; empty when the books are in order. With `grace` nothing, also
    what only waits for its process counts."""
    return [
        Violation(code, f"{subject} {row_id}", detail)
        for code, subject, detail, sql in _CHECKS
        for row_id in _rows(sql, grace)
    ]


def _rows(sql: str, grace: timedelta) -> Iterator[int]:
    values: dict[str, Any] = {
        "grace": grace.total_seconds(),
        "lease": float(settings.ATTEMPT_LEASE_SECONDS),
        "rank": list(RANK),
        "past_opt_out": [kind.value for kind in Message.PAST_OPT_OUT],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from (row[0] for row in cursor.fetchall())
