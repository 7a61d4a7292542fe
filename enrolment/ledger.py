"""The books of enrolment audited: each step that came due has one Decision, each queued Decision
one Message, and so has each of a broadcast. `enrolment.auditing` adds the transport's own audit.
Whole, or a stretch of messages, enrolments or broadcasts at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from enrolment.claiming import load_states
from enrolment.journey import due_between
from enrolment.models.enrolment import Enrolment
from messaging.ledger import Check, Violation, ask

#: A step may wait this long for its tick before the audit calls it missing.
TICK_GRACE = timedelta(minutes=15)
_CHUNK = 1000

# A key of a decision's message, and of a broadcast's: "decision", "broadcast:enrolment". Anything
# else leads to nothing. Read by CASE, so that no other kind's key is.
_DECISION_OF = "CASE WHEN m.cause_key ~ '^[1-9][0-9]{0,17}$' THEN m.cause_key::bigint END"
_BROADCAST_OF = """CASE WHEN m.cause_key ~ '^[1-9][0-9]{0,17}:[1-9][0-9]{0,17}$'
                         THEN split_part(m.cause_key, ':', %s)::bigint END"""

_OF_MESSAGES = (
    Check("I6", "message", "sent without a queued decision", """
        SELECT m.id FROM messaging_message m
         WHERE in_stretch(m.id) AND m.cause_kind = 'decision'
           AND NOT EXISTS (SELECT 1 FROM enrolment_decision d
                            WHERE d.id::text = m.cause_key AND d.outcome = 'queued'
                              AND by_key)""",
        by_key=f"d.id = {_DECISION_OF}"),
    Check("I6", "message", "sent without a broadcast's decision", """
        SELECT m.id FROM messaging_message m
         WHERE in_stretch(m.id) AND m.cause_kind = 'broadcast'
           AND NOT EXISTS (SELECT 1 FROM enrolment_broadcastdecision d
                            WHERE d.message_id = m.id
                              AND d.broadcast_id || ':' || d.enrolment_id = m.cause_key
                              AND by_key)""",
        by_key=f"d.broadcast_id = {_BROADCAST_OF % 1} AND d.enrolment_id = {_BROADCAST_OF % 2}"),
)  # fmt: skip

_OF_ENROLMENTS = (
    Check("I2", "decision", "queued without a message", """
        SELECT d.id FROM enrolment_decision d
         WHERE in_stretch(d.enrolment_id) AND d.outcome = 'queued'
           AND NOT EXISTS (SELECT 1 FROM messaging_message m
                            WHERE m.cause_kind = 'decision' AND m.cause_key = d.id::text)"""),
    Check("I2", "broadcast decision", "queued without a message", """
        SELECT d.id FROM enrolment_broadcastdecision d
          LEFT JOIN messaging_message m ON m.id = d.message_id AND m.cause_kind = 'broadcast'
               AND m.cause_key = d.broadcast_id || ':' || d.enrolment_id
         WHERE in_stretch(d.enrolment_id) AND d.outcome = 'queued' AND m.id IS NULL"""),
)  # fmt: skip

_OF_BROADCASTS = (
    # Everybody looked at was queued, left out, or not meant; and the books say how many.
    Check("I6", "broadcast", "its sums are not its decisions'", """
        SELECT b.id FROM enrolment_broadcast b
          LEFT JOIN enrolment_broadcastdecision d ON d.broadcast_id = b.id
         WHERE in_stretch(b.id)
         GROUP BY b.id
        HAVING count(d.id) FILTER (WHERE d.outcome = 'queued') <> b.queued
            OR count(d.id) FILTER (WHERE d.outcome = 'left_out') <> b.left_out
            OR b.queued + b.left_out > b.looked_at"""),
    Check("I2", "broadcast", "ended, and something of it is left", """
        SELECT b.id FROM enrolment_broadcast b
         WHERE in_stretch(b.id) AND b.status IN ('done', 'cancelled')
           AND (EXISTS (SELECT 1 FROM enrolment_broadcastdecision d
                          JOIN messaging_message m ON m.id = d.message_id
                         WHERE d.broadcast_id = b.id AND m.status = 'queued')
             OR EXISTS (SELECT 1 FROM enrolment_broadcastlist l WHERE l.broadcast_id = b.id)
             OR EXISTS (SELECT 1 FROM enrolment_broadcastlisted l WHERE l.broadcast_id = b.id))"""),
)  # fmt: skip


def violations(*, now: datetime) -> list[Violation]:
    """Every broken promise found; empty when the books are in order."""
    return [*of_messages(), *of_broadcasts(), *of_enrolments(now=now)]


def of_messages(ids: Sequence[int] | None = None) -> list[Violation]:
    """Of these messages, as they came about, or of all there are."""
    return ask(_OF_MESSAGES, stretch=ids)


def of_broadcasts(ids: Sequence[int] | None = None) -> list[Violation]:
    return ask(_OF_BROADCASTS, stretch=ids)


def of_enrolments(ids: Sequence[int] | None = None, *, now: datetime) -> list[Violation]:
    """Of these enrolments' decisions, those that are not there among them."""
    return [*ask(_OF_ENROLMENTS, stretch=ids), *_missing_decisions(ids, now)]


def _missing_decisions(ids: Sequence[int] | None, now: datetime) -> Iterator[Violation]:
    """The journey is asked again what came due; SQL alone can't know a person's send times."""
    for chunk in _begun(ids):
        rows = load_states([enrolment.pk for enrolment in chunk], now)
        for enrolment, row in zip(chunk, rows, strict=True):
            for key, occurrence in due_between(row.content, row.state, _until(enrolment, now)):
                if (key, occurrence) not in row.state.decided:
                    yield Violation(
                        "I2", f"enrolment {enrolment.pk}", f"step {key} came due undecided"
                    )


def _begun(ids: Sequence[int] | None) -> Iterator[list[Enrolment]]:
    begun = Enrolment.objects.filter(started_at__isnull=False).order_by("pk")
    begun = begun.only("status", "planned_through")
    if ids is not None:
        begun = begun.filter(pk__in=ids)
    last = 0
    while chunk := list(begun.filter(pk__gt=last)[:_CHUNK]):
        last = chunk[-1].pk
        yield chunk


def _until(enrolment: Enrolment, now: datetime) -> datetime:
    """A journey that runs must be planned up to now; one that ended, up to its last tick."""
    assert enrolment.planned_through is not None
    if enrolment.status == Enrolment.Status.ACTIVE:
        return max(enrolment.planned_through, now - TICK_GRACE)
    return enrolment.planned_through
