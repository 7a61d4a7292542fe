"""The flow and the aggregates, counted over the people of an export."""

from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from research.bundle.people import Scope
from research.bundle.small_cells import Cell, suppressed
from research.bundle.stands import AGREED, ENROLLED, GONE
from research.bundle.summary_tables import FLOW_STEPS
from research.bundle.trial_tables import VEILED
from research.bundle.wire_tables import MEANT
from research.people_sql import quit_day

Row = tuple[str | int | None, ...]

_STOOD = f"""
SELECT b.*, x.status, {AGREED} AS consented, {ENROLLED} AS enrolled,
       x.status IN ('withdrawn', 'erased') AS has_left, x.profile AS dose,
       coalesce(({GONE} AT TIME ZONE b.zone)::date, b.today) - f.day >= 0 AS quit
  FROM bundle_enrolment b
  JOIN enrolment_enrolment x ON x.id = b.id
  {quit_day("f", "1", of="x")}
"""
#: (enrolment, arm) of every draw that may be told.
_ARMS = f"""
SELECT a.enrolment_id, k.key || ':' || r.key AS arm
  FROM enrolment_allocation a
  JOIN bundle_enrolment b ON b.id = a.enrolment_id
  JOIN campaigns_trial t ON t.id = a.trial_id AND NOT {VEILED}
  JOIN campaigns_factor k ON k.id = a.factor_id
  JOIN campaigns_arm r ON r.id = a.arm_id
"""
_FLOW = f"""
WITH stood AS MATERIALIZED ({_STOOD}), groups AS (
  SELECT id AS enrolment_id, 'all' AS arm FROM stood UNION ALL {_ARMS}
)
SELECT g.arm, count(*), count(*) FILTER (WHERE consented),
       count(*) FILTER (WHERE consented AND status <> 'ineligible'),
       count(*) FILTER (WHERE enrolled), count(*) FILTER (WHERE enrolled AND quit),
       count(*) FILTER (WHERE enrolled AND status = 'completed'),
       count(*) FILTER (WHERE enrolled AND has_left)
  FROM stood JOIN groups g ON g.enrolment_id = stood.id
 GROUP BY 1
"""
_TAKEN = """(m.status IN ('accepted', 'sent', 'delivered', 'undelivered')
  OR m.status = 'failed' AND t.id IS NOT NULL)"""
# Texts are added up for each enrolment first: what is told of a group is of people.
_FACTS = f"""
WITH stood AS MATERIALIZED ({_STOOD}), texts AS MATERIALIZED (
  SELECT d.enrolment_id, d.version_id, d.step_key, d.decided_at, m.status, {MEANT} AS meant,
         coalesce({_TAKEN}, false) AS taken
    FROM enrolment_decision d
    JOIN bundle_enrolment b ON b.id = d.enrolment_id
    LEFT JOIN messaging_message m
      ON d.outcome = 'queued' AND m.cause_kind = 'decision'
     AND CASE WHEN m.cause_kind = 'decision' THEN m.cause_key::bigint END = d.id
    LEFT JOIN messaging_attempt t
      ON m.status = 'failed' AND t.message_id = m.id AND t.outcome = 'accepted'
), planned AS (
  SELECT enrolment_id, count(*) FILTER (WHERE meant) AS planned,
         count(*) FILTER (WHERE taken) AS sent,
         count(*) FILTER (WHERE status = 'delivered') AS delivered
    FROM texts GROUP BY 1
), asked AS (
  SELECT x.enrolment_id, count(*) AS asked, count(*) FILTER (WHERE EXISTS (
           SELECT FROM enrolment_answer n
            WHERE n.enrolment_id = x.enrolment_id AND n.question_key = q.key
              AND n.asked_at = x.decided_at AND n.is_valid)) AS answered
    FROM texts x
    JOIN campaigns_step s ON s.version_id = x.version_id AND s.key = x.step_key
    JOIN campaigns_question q ON q.id = s.question_id
   WHERE taken GROUP BY 1
), arms AS MATERIALIZED ({_ARMS}), facts AS (
  SELECT 'enrolled' AS measure, id, enrolled::int AS n, 1 AS d FROM stood
  UNION ALL SELECT 'completed', id, (status = 'completed')::int, 1 FROM stood WHERE enrolled
  UNION ALL SELECT 'left', id, has_left::int, 1 FROM stood WHERE enrolled
  UNION ALL SELECT 'sent', enrolment_id, sent, planned FROM planned
  UNION ALL SELECT 'delivered', enrolment_id, delivered, sent FROM planned
  UNION ALL SELECT 'answered', enrolment_id, answered, asked FROM asked
)
SELECT f.measure, s.slice, coalesce(nullif(s.value, ''), 'not known') AS value, sum(f.n)::bigint,
       sum(f.d)::bigint, count(*)
  FROM facts f
  JOIN stood e ON e.id = f.id
  JOIN bundle_person p ON p.participant_id = e.participant_id
  CROSS JOIN LATERAL (
    VALUES ('all', 'all'), ('language', p.language), ('region', p.region), ('channel', p.channel),
      ('dose', e.dose)
    UNION ALL SELECT 'arm', arm FROM arms WHERE arms.enrolment_id = e.id) AS s(slice, value)
 GROUP BY 1, 2, 3
"""


def flow(cursor: CursorWrapper, scope: Scope) -> list[Row]:
    cursor.execute(_FLOW, scope.values)
    # Everybody first, also where there is nobody.
    found = {"all": [0] * len(FLOW_STEPS)} | {arm: counts for arm, *counts in cursor.fetchall()}
    arms = ["all", *sorted(set(found) - {"all"})]
    return [
        _flow_row(step, arm, count)
        for arm in arms
        for step, count in zip(FLOW_STEPS, found[arm], strict=True)
    ]


def _flow_row(step: str, arm: str, count: int) -> Row:
    small = Cell(count, count, count).is_small
    return (step, arm, None if small else count, int(small))


def aggregates(cursor: CursorWrapper, scope: Scope) -> list[Row]:
    cursor.execute(_FACTS, scope.values)
    rows = sorted(cursor.fetchall())
    return [row for group in _grouped(rows) for row in _told(group)]


def _grouped(rows: Iterable[Sequence[str | int]]) -> Iterable[list[Sequence[str | int]]]:
    groups: dict[tuple[str | int, str | int], list[Sequence[str | int]]] = {}
    for row in rows:
        groups.setdefault((row[0], row[1]), []).append(row)
    return groups.values()


def _told(group: list[Sequence[str | int]]) -> Iterable[Row]:
    out = suppressed([Cell(int(n), int(d), int(people)) for _, _, _, n, d, people in group])
    for place, (measure, by, value, n, d, _) in enumerate(group):
        if place in out:
            yield (measure, by, value, None, None, 1)
        else:
            yield (measure, by, value, n, d, 0)
