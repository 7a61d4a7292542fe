"""What was set, decided, answered and sent, for a whole batch of enrolments; a query each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from campaigns.consent_scopes import CONSENT_PREFIX
from enrolment.state import AnchorAt
from enrolment.trends import LONGEST, Reading

Value = str | int | float | date

# A stage that was left still counts: what came due before it was left is its own.
_ANCHORS = """
SELECT enrolment_id, attempt, kind, occurrence, day, instant, replaced_at
  FROM enrolment_anchor
 WHERE enrolment_id = ANY(%s::bigint[]) AND (replaced_at IS NULL OR kind LIKE 'stage.%%')
"""

_DECIDED = """
SELECT d.enrolment_id, d.step_key, d.occurrence
  FROM enrolment_decision d
  JOIN enrolment_enrolment e ON e.id = d.enrolment_id AND e.attempt = d.attempt
 WHERE d.enrolment_id = ANY(%s)
"""

_ATTRIBUTES = """
SELECT participant_id, name, id, value, words
  FROM enrolment_attribute
 WHERE participant_id = ANY(%s::bigint[])
"""

# The latest valid answer to each question, of this attempt or, if there is none, an earlier one.
_ANSWERS = """
SELECT DISTINCT ON (enrolment_id, question_key) enrolment_id, question_key, value
  FROM enrolment_answer
 WHERE enrolment_id = ANY(%s) AND is_valid AND value <> ''
 ORDER BY enrolment_id, question_key, answered_at DESC, id DESC
"""

_READINGS = """
SELECT DISTINCT ON (enrolment_id, kind) enrolment_id, kind, value, second
  FROM enrolment_reading
 WHERE enrolment_id = ANY(%s)
 ORDER BY enrolment_id, kind, measured_at DESC, id DESC
"""

_RECENT = """
SELECT enrolment_id, kind, measured_at, value
  FROM enrolment_reading
 WHERE enrolment_id = ANY(%s) AND measured_at > %s AND measured_at <= %s
"""

# The last word on each scope.
_CONSENTS = """
SELECT DISTINCT ON (enrolment_id, scope) enrolment_id, scope, is_given
  FROM enrolment_consent
 WHERE enrolment_id = ANY(%s)
 ORDER BY enrolment_id, scope, id DESC
"""

# Words of need that nobody has taken to an end.
_IN_NEED = """
SELECT DISTINCT enrolment_id FROM enrolment_case
 WHERE enrolment_id = ANY(%s) AND reason = 'crisis' AND status <> 'resolved'
"""

_SENT = """
SELECT enrolment_id, text_key, count(*)
  FROM (SELECT enrolment_id, text_key FROM enrolment_decision
         WHERE enrolment_id = ANY(%s) AND outcome = 'queued' AND text_key <> ''
        UNION ALL
        SELECT enrolment_id, text_key FROM enrolment_bankuse WHERE enrolment_id = ANY(%s)) AS used
 GROUP BY enrolment_id, text_key
"""


def anchors(attempts: Mapping[int, int]) -> dict[int, tuple[AnchorAt, ...]]:
    """Those in force in each enrolment's present attempt, and the stages left in it."""
    found: dict[int, list[AnchorAt]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ANCHORS, [_listed(attempts)])
        for enrolment_id, attempt, *anchor in cursor.fetchall():
            if attempts[enrolment_id] == attempt:
                found.setdefault(enrolment_id, []).append(AnchorAt(*anchor))
    return {enrolment_id: tuple(listed) for enrolment_id, listed in found.items()}


def _listed(ids: Iterable[int]) -> str:
    """As PostgreSQL writes an array: asked for the type of each of a thousand, the driver takes
    longer than the query."""
    return "{" + ",".join(map(str, ids)) + "}"


def decided(enrolment_ids: Sequence[int]) -> dict[int, frozenset[tuple[str, int]]]:
    """(step key, occurrence) of the present attempt."""
    if not enrolment_ids:
        return {}
    found: dict[int, set[tuple[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, [list(enrolment_ids)])
        for enrolment_id, step_key, occurrence in cursor.fetchall():
            found.setdefault(enrolment_id, set()).add((step_key, occurrence))
    return {enrolment_id: frozenset(steps) for enrolment_id, steps in found.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """An attribute as it lies in its row: a value, or a person's own words, still sealed."""

    row_id: int
    value: str
    sealed: bytes | None


def told(participant_ids: Sequence[int]) -> dict[int, Mapping[str, Told]]:
    """The attributes of each participant, by name."""
    if not participant_ids:
        return {}
    found: dict[int, dict[str, Told]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ATTRIBUTES, [_listed(participant_ids)])
        for participant_id, name, row_id, value, words in cursor.fetchall():
            sealed = None if words is None else bytes(words)
            found.setdefault(participant_id, {})[name] = Told(row_id, value, sealed)
    return dict(found)


def answers(enrolment_ids: Sequence[int]) -> dict[int, Mapping[str, Value]]:
    """The latest answer to each question and reading of each kind, as conditions name them."""
    if not enrolment_ids:
        return {}
    found: dict[int, dict[str, Value]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, [list(enrolment_ids)])
        for enrolment_id, key, value in cursor.fetchall():
            found.setdefault(enrolment_id, {})[f"answer.{key}"] = value
        cursor.execute(_READINGS, [list(enrolment_ids)])
        for enrolment_id, kind, value, second in cursor.fetchall():
            of_one = found.setdefault(enrolment_id, {})
            of_one[f"reading.{kind}"] = value
            if second is not None:
                of_one[f"reading.{kind}.second"] = second
    return dict(found)


def consents(enrolment_ids: Sequence[int]) -> dict[int, Mapping[str, Value]]:
    """The last word on each scope, as conditions name it."""
    if not enrolment_ids:
        return {}
    found: dict[int, dict[str, Value]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CONSENTS, [list(enrolment_ids)])
        for enrolment_id, scope, is_given in cursor.fetchall():
            name = CONSENT_PREFIX + scope
            found.setdefault(enrolment_id, {})[name] = "yes" if is_given else "no"
    return dict(found)


def recent_readings(enrolment_ids: Sequence[int], now: datetime) -> dict[int, list[Reading]]:
    """Those that a trend may ask for."""
    if not enrolment_ids:
        return {}
    found: dict[int, list[Reading]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [list(enrolment_ids), now - LONGEST, now])
        for enrolment_id, *reading in cursor.fetchall():
            found.setdefault(enrolment_id, []).append(Reading(*reading))
    return found


def in_need(enrolment_ids: Sequence[int]) -> frozenset[int]:
    if not enrolment_ids:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_IN_NEED, [list(enrolment_ids)])
        return frozenset(found for (found,) in cursor.fetchall())


def sent(enrolment_ids: Sequence[int]) -> dict[int, Mapping[str, int]]:
    """Text key -> times sent, planned or as a reply, over all attempts."""
    if not enrolment_ids:
        return {}
    found: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [list(enrolment_ids), list(enrolment_ids)])
        for enrolment_id, text_key, times in cursor.fetchall():
            found.setdefault(enrolment_id, {})[text_key] = times
    return dict(found)
