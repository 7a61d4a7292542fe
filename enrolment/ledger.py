"""The books of enrolment audited: each step that came due has one Decision, each queued Decision
one Message. `manage.py audit_ledger` adds the transport's own audit."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from campaigns.compiling import content_of
from enrolment import journey
from enrolment.claiming import load_anchors
from enrolment.models.decision import Decision
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
    while chunk := list(running.filter(pk__gt=last).select_related("participant")[:_CHUNK]):
        last = chunk[-1].pk
        anchors = load_anchors([enrolment.pk for enrolment in chunk])
        decided = _decided([enrolment.pk for enrolment in chunk])
        for enrolment in chunk:
            state = _state(enrolment, anchors.get(enrolment.pk, ()))
            content = content_of(enrolment.version_id)
            known = decided.get((enrolment.pk, enrolment.attempt), set())
            for key, occurrence in journey.due_between(content, state, _until(enrolment, now)):
                if (key, occurrence) not in known:
                    yield Violation(
                        "I2", f"enrolment {enrolment.pk}", f"step {key} came due undecided"
                    )


def _state(enrolment: Enrolment, anchors: tuple[journey.AnchorAt, ...]) -> journey.State:
    assert enrolment.started_at is not None
    assert enrolment.planned_through is not None
    return journey.State(
        enrolment_id=enrolment.pk,
        attempt=enrolment.attempt,
        seed=enrolment.seed,
        zone=enrolment.participant.time_zone,
        slot=enrolment.participant.slot,
        started_at=enrolment.started_at,
        planned_through=enrolment.planned_through,
        anchors=anchors,
    )


def _until(enrolment: Enrolment, now: datetime) -> datetime:
    """A journey that runs must be planned up to now; one that ended, up to its last tick."""
    assert enrolment.planned_through is not None
    if enrolment.status == Enrolment.Status.ACTIVE:
        return max(enrolment.planned_through, now - TICK_GRACE)
    return enrolment.planned_through


def _decided(enrolment_ids: list[int]) -> dict[tuple[int, int], set[tuple[str, int]]]:
    found: dict[tuple[int, int], set[tuple[str, int]]] = {}
    for enrolment_id, attempt, key, occurrence in Decision.objects.filter(
        enrolment_id__in=enrolment_ids
    ).values_list("enrolment_id", "attempt", "step_key", "occurrence"):
        found.setdefault((enrolment_id, attempt), set()).add((key, occurrence))
    return found
