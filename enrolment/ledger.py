"""The books of enrolment audited: each step that came due has one Decision, each queued Decision
one Message, and so has each of a broadcast. `manage.py audit_ledger` adds the transport's own
audit."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from enrolment.claiming import load_states
from enrolment.journey import due_between
from enrolment.models.enrolment import Enrolment
from messaging.ledger import Violation

#: A step may wait this long for its tick before the audit calls it missing.
TICK_GRACE = timedelta(minutes=15)
_CHUNK = 1000

_QUEUED_WITHOUT_MESSAGE = """
SELECT d.id FROM enrolment_decision d
 WHERE d.outcome = 'queued'
   AND NOT EXISTS (SELECT 1 FROM messaging_message m
                    WHERE m.cause_kind = 'decision' AND m.cause_key = d.id::text)
"""

_MESSAGE_WITHOUT_DECISION = """
SELECT m.id FROM messaging_message m
 WHERE m.cause_kind = 'decision'
   AND NOT EXISTS (SELECT 1 FROM enrolment_decision d
                    WHERE d.id::text = m.cause_key AND d.outcome = 'queued')
"""


_BROADCAST_WITHOUT_MESSAGE = """
SELECT d.id FROM enrolment_broadcastdecision d
  LEFT JOIN messaging_message m ON m.id = d.message_id AND m.cause_kind = 'broadcast'
       AND m.cause_key = d.broadcast_id || ':' || d.enrolment_id
 WHERE d.outcome = 'queued' AND m.id IS NULL
"""

_MESSAGE_WITHOUT_BROADCAST = """
SELECT m.id FROM messaging_message m
 WHERE m.cause_kind = 'broadcast'
   AND NOT EXISTS (SELECT 1 FROM enrolment_broadcastdecision d
                    WHERE d.message_id = m.id
                      AND d.broadcast_id || ':' || d.enrolment_id = m.cause_key)
"""

# Everybody looked at was queued, left out, or not meant; and the books say how many.
_BROADCAST_SUMS = """
SELECT b.id FROM enrolment_broadcast b
  LEFT JOIN enrolment_broadcastdecision d ON d.broadcast_id = b.id
 GROUP BY b.id
HAVING count(d.id) FILTER (WHERE d.outcome = 'queued') <> b.queued
    OR count(d.id) FILTER (WHERE d.outcome = 'left_out') <> b.left_out
    OR b.queued + b.left_out > b.looked_at
"""

_BROADCAST_AT_REST = """
SELECT b.id FROM enrolment_broadcast b
 WHERE b.status IN ('done', 'cancelled')
   AND (EXISTS (SELECT 1 FROM enrolment_broadcastdecision d
                  JOIN messaging_message m ON m.id = d.message_id
                 WHERE d.broadcast_id = b.id AND m.status = 'queued')
     OR EXISTS (SELECT 1 FROM enrolment_broadcastlist l WHERE l.broadcast_id = b.id)
     OR EXISTS (SELECT 1 FROM enrolment_broadcastlisted l WHERE l.broadcast_id = b.id))
"""


def violations(*, now: datetime) -> list[Violation]:
    """Every broken promise found; empty when the books are in order."""
    return [
        *_pairs("I2", "decision", "queued without a message", _QUEUED_WITHOUT_MESSAGE),
        *_pairs("I6", "message", "sent without a queued decision", _MESSAGE_WITHOUT_DECISION),
        *_pairs("I2", "broadcast decision", "queued without a message", _BROADCAST_WITHOUT_MESSAGE),
        *_pairs("I6", "message", "sent without a broadcast's decision", _MESSAGE_WITHOUT_BROADCAST),
        *_pairs("I6", "broadcast", "its sums are not its decisions'", _BROADCAST_SUMS),
        *_pairs("I2", "broadcast", "ended, and something of it is left", _BROADCAST_AT_REST),
        *_missing_decisions(now),
    ]


def _pairs(code: str, subject: str, detail: str, sql: str) -> Iterator[Violation]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for (row_id,) in cursor.fetchall():
            yield Violation(code, f"{subject} {row_id}", detail)


def _missing_decisions(now: datetime) -> Iterator[Violation]:
    """The journey is asked again what came due; SQL alone can't know a person's send times."""
    running = Enrolment.objects.filter(started_at__isnull=False).order_by("pk")
    running = running.only("status", "planned_through")
    last = 0
    while chunk := list(running.filter(pk__gt=last)[:_CHUNK]):
        last = chunk[-1].pk
        rows = load_states([enrolment.pk for enrolment in chunk], now)
        for enrolment, row in zip(chunk, rows, strict=True):
            for key, occurrence in due_between(row.content, row.state, _until(enrolment, now)):
                if (key, occurrence) not in row.state.decided:
                    yield Violation(
                        "I2", f"enrolment {enrolment.pk}", f"step {key} came due undecided"
                    )


def _until(enrolment: Enrolment, now: datetime) -> datetime:
    """A journey that runs must be planned up to now; one that ended, up to its last tick."""
    assert enrolment.planned_through is not None
    if enrolment.status == Enrolment.Status.ACTIVE:
        return max(enrolment.planned_through, now - TICK_GRACE)
    return enrolment.planned_through
