"""Enrolments whose time has come, claimed and loaded as State for a whole batch at once.

Four queries however large the batch: claim, anchors, past Decisions (only of those replanning),
versions. No model instances: at 1000 rows they cost more than the journey itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from campaigns.content import QUIT_DATE_ANCHOR
from enrolment.journey import AnchorAt, State
from enrolment.models.participant import Participant
from trust import keys

_CLAIM = """
SELECT e.id, e.attempt, e.seed, e.version_id, e.started_at, e.planned_through, e.replanning,
       p.id, p.first_name, p.language, p.time_zone, p.slot, p.is_test, p.recipient_id,
       c.organisation_id, c.sender_id, v.clinical_reviewer <> ''
  FROM enrolment_enrolment e
  JOIN enrolment_participant p ON p.id = e.participant_id
  JOIN campaigns_campaign c ON c.id = e.campaign_id
  JOIN campaigns_campaignversion v ON v.id = e.version_id
 WHERE e.next_due_at <= %s
 ORDER BY e.next_due_at
 LIMIT %s
   FOR UPDATE OF e SKIP LOCKED
"""

_ANCHORS = """
SELECT a.enrolment_id, a.kind, a.occurrence, a.day, a.instant
  FROM enrolment_anchor a
  JOIN enrolment_enrolment e ON e.id = a.enrolment_id AND e.attempt = a.attempt
 WHERE a.enrolment_id = ANY(%s) AND a.replaced_at IS NULL
"""

_DECIDED = """
SELECT d.enrolment_id, d.step_key, d.occurrence
  FROM enrolment_decision d
  JOIN enrolment_enrolment e ON e.id = d.enrolment_id AND e.attempt = d.attempt
 WHERE d.enrolment_id = ANY(%s)
"""

_FIRST_NAME = f"{Participant._meta.db_table}.first_name"


@dataclass(frozen=True, slots=True)
class Claimed:
    """One locked enrolment with all that writing its texts needs."""

    state: State
    version_id: int
    participant_id: int
    sealed_name: bytes | None
    language: str
    is_test: bool
    recipient_id: int
    organisation_id: int
    sender_id: int
    approved: bool

    @property
    def first_name(self) -> str | None:
        """Opened only when a text asks for it."""
        if self.sealed_name is None:
            return None
        return keys.unseal(_FIRST_NAME, self.participant_id, bytes(self.sealed_name))

    @property
    def quit_date(self) -> date | None:
        for anchor in self.state.anchors:
            if anchor.kind == QUIT_DATE_ANCHOR:
                return anchor.day
        return None


def claim(*, now: datetime, limit: int, wary: bool = False) -> list[Claimed]:
    """Locks and loads up to `limit` due enrolments; skips those another tick holds.

    wary: read every enrolment's past Decisions, not only those replanning.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, limit])
        rows = cursor.fetchall()
    if not rows:
        return []
    anchors = _anchors([row[0] for row in rows])
    decided = _decided([row[0] for row in rows if wary or row[6]])
    return [
        _claimed(row, anchors.get(row[0], ()), decided.get(row[0], frozenset())) for row in rows
    ]


def load_anchors(enrolment_ids: Sequence[int]) -> dict[int, tuple[AnchorAt, ...]]:
    return _anchors(list(enrolment_ids))


def _anchors(enrolment_ids: list[int]) -> dict[int, tuple[AnchorAt, ...]]:
    found: dict[int, list[AnchorAt]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ANCHORS, [enrolment_ids])
        for enrolment_id, kind, occurrence, day, instant in cursor.fetchall():
            found.setdefault(enrolment_id, []).append(AnchorAt(kind, occurrence, day, instant))
    return {enrolment_id: tuple(anchors) for enrolment_id, anchors in found.items()}


def _decided(enrolment_ids: list[int]) -> dict[int, frozenset[tuple[str, int]]]:
    if not enrolment_ids:
        return {}
    found: dict[int, set[tuple[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, [enrolment_ids])
        for enrolment_id, step_key, occurrence in cursor.fetchall():
            found.setdefault(enrolment_id, set()).add((step_key, occurrence))
    return {enrolment_id: frozenset(keys_) for enrolment_id, keys_ in found.items()}


def _claimed(
    row: tuple[Any, ...],
    anchors: tuple[AnchorAt, ...],
    decided: frozenset[tuple[str, int]],
) -> Claimed:
    (
        enrolment_id, attempt, seed, version_id, started_at, planned_through, _replanning,
        participant_id, sealed_name, language, zone, slot, is_test, recipient_id,
        organisation_id, sender_id, approved,
    ) = row  # fmt: skip
    return Claimed(
        state=State(
            enrolment_id, attempt, seed, zone, slot, started_at, planned_through, anchors, decided
        ),
        version_id=version_id,
        participant_id=participant_id,
        sealed_name=sealed_name,
        language=language,
        is_test=is_test,
        recipient_id=recipient_id,
        organisation_id=organisation_id,
        sender_id=sender_id,
        approved=approved,
    )
