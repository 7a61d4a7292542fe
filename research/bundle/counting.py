"""The flow and the aggregates, counted over the people of an export."""

from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from research.bundle.small_cells import Cell, suppressed
from research.day_sql import FATE, NOT_MEANT, TAKEN
from research.indicators.funnel import STEPS
from research.people_sql import AGREED, ENROLLED, GONE, QUIT

Row = tuple[str | int | None, ...]

_STOOD = f"""
SELECT b.*, e.status, {AGREED.format(e="e")} AS consented, {ENROLLED.format(e="e")} AS enrolled,
       e.status IN ('withdrawn', 'erased') AS has_left, e.profile AS dose,
       coalesce(({GONE.format(e="e")} AT TIME ZONE b.zone)::date, b.today) - f.day >= 0 AS quit
  FROM bundle_enrolment b
  JOIN enrolment_enrolment e ON e.id = b.id
  {QUIT.format(e="e", name="f", attempt="1")}
"""
_FLOW = f"""
SELECT count(*) AS began, count(*) FILTER (WHERE consented),
       count(*) FILTER (WHERE consented AND status <> 'ineligible'),
       count(*) FILTER (WHERE enrolled), count(*) FILTER (WHERE enrolled AND quit),
       count(*) FILTER (WHERE enrolled AND status = 'completed'),
       count(*) FILTER (WHERE enrolled AND has_left)
  FROM ({_STOOD}) stood
"""
# Texts are added up for each enrolment first: what is told of a group is of people.
_FACTS = f"""
WITH stood AS MATERIALIZED ({_STOOD}), texts AS MATERIALIZED (
  SELECT d.enrolment_id, left({FATE}, 60) AS fate, d.version_id, d.step_key, d.decided_at
    FROM enrolment_decision d
    JOIN bundle_enrolment b ON b.id = d.enrolment_id
    LEFT JOIN messaging_message m
      ON d.outcome = 'queued' AND m.cause_kind = 'decision'
     AND CASE WHEN m.cause_kind = 'decision' THEN m.cause_key::bigint END = d.id
    LEFT JOIN messaging_attempt t
      ON m.status = 'failed' AND t.message_id = m.id AND t.outcome = 'accepted'
), planned AS (
  SELECT enrolment_id, count(*) FILTER (WHERE fate NOT LIKE 'not_meant:%%') AS planned,
         count(*) FILTER (WHERE {TAKEN}) AS sent,
         count(*) FILTER (WHERE fate = 'delivered') AS delivered
    FROM texts GROUP BY 1
), asked AS (
  SELECT x.enrolment_id, count(*) AS asked, count(*) FILTER (WHERE EXISTS (
           SELECT FROM enrolment_answer n
            WHERE n.enrolment_id = x.enrolment_id AND n.question_key = q.key
              AND n.asked_at = x.decided_at AND n.is_valid)) AS answered
    FROM texts x
    JOIN campaigns_step s ON s.version_id = x.version_id AND s.key = x.step_key
    JOIN campaigns_question q ON q.id = s.question_id
   WHERE {TAKEN} GROUP BY 1
), facts AS (
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
  CROSS JOIN LATERAL (VALUES ('all', 'all'), ('language', p.language), ('region', p.region),
    ('channel', p.channel), ('dose', e.dose)) AS s(slice, value)
 GROUP BY 1, 2, 3
"""


def flow(cursor: CursorWrapper) -> list[Row]:
    cursor.execute(_FLOW)
    counts = dict(zip((*STEPS, "left"), cursor.fetchone(), strict=True))
    return [_flow_row(step, count, counts["began"]) for step, count in counts.items()]


def _flow_row(step: str, count: int, began: int) -> Row:
    small = Cell(count, count, count).is_small
    return (step, "all", None if small else count, int(small))


def aggregates(cursor: CursorWrapper) -> list[Row]:
    cursor.execute(_FACTS, {"not_meant": list(NOT_MEANT)})
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
