"""The books of enrolment audited: each step that came due has one Decision, each queued Decision
one Message. `manage.py audit_ledger` adds the transport's own audit."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from campaigns.compiling import content_of
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


def violations(*, now: datetime) -> list[Violation]:
    """Every broken promise found; empty when the books are in order."""
    return [
        *_pairs("I2", "decision", "queued without a message", _QUEUED_WITHOUT_MESSAGE),
        *_pairs("I6", "message", "sent without a queued decision", _MESSAGE_WITHOUT_DECISION),
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
    last = 0
    while chunk := list(running.filter(pk__gt=last)[:_CHUNK]):
        last = chunk[-1].pk
        rows = load_states([enrolment.pk for enrolment in chunk], now)
        for enrolment, row in zip(chunk, rows, strict=True):
            content = content_of(row.version_id)
            for key, occurrence in due_between(content, row.state, _until(enrolment, now)):
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
