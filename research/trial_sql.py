"""What a trial's report reads, one statement a table. Pure text; `trial_reading` runs it.

`allocated` has a row for each person the factor was drawn for, test participants never. Nobody is
left out of it for anything that happened afterwards: people are analysed in the arm they were
allocated to.
"""

from research.day_sql import TAKEN
from research.outcome_sql import told_by
from research.people_sql import GONE_ON, TODAY
from research.slice_sql import PEOPLE, SLICES

_IN_TRIAL = """
  SELECT a.enrolment_id, a.arm_id, a.stratum, a.allocated_at,
         (a.allocated_at AT TIME ZONE c.time_zone)::date AS allocated_on
    FROM enrolment_allocation a
    JOIN enrolment_enrolment e ON e.id = a.enrolment_id AND NOT e.is_test
    JOIN campaigns_campaign c ON c.id = e.campaign_id
   WHERE a.factor_id = %(factor)s AND NOT a.is_test
"""
ALLOCATED = f"allocated AS MATERIALIZED ({_IN_TRIAL})"
_TOLD = told_by("AND e.id IN (SELECT enrolment_id FROM allocated)")


def excluded(enrolment: str) -> str:
    """Why an enrolment has no line `a` for the trial `t`; '' of who has, or is on the way in."""
    return f"""
  CASE WHEN a.enrolment_id IS NOT NULL THEN ''
       WHEN {enrolment}.status = 'ineligible' THEN 'ineligible'
       WHEN {enrolment}.status = 'invited' THEN ''
       WHEN {enrolment}.started_at IS NULL THEN 'left_before'
       WHEN t.consent <> '' AND NOT coalesce((
              SELECT o.is_given FROM enrolment_consent o
               WHERE o.enrolment_id = {enrolment}.id AND o.scope = t.consent
               ORDER BY o.id DESC LIMIT 1), false) THEN 'no_consent'
       ELSE 'not_drawn' END
"""


def assessed(enrolment: str) -> str:
    """Whether an enrolment counts as come to the factor `f` of the trial `t`. Of the first stage:
    whoever began while people were drawn. Of the second: whoever was drawn in the first."""
    return f"""
  (a.enrolment_id IS NOT NULL
   OR CASE WHEN f.stage = 'second' THEN EXISTS (
             SELECT FROM enrolment_allocation b
              WHERE b.enrolment_id = {enrolment}.id AND b.trial_id = t.id AND NOT b.is_test)
      ELSE {enrolment}.enrolled_at >= t.started_at
           AND ({enrolment}.enrolled_at < t.stopped_at OR t.stopped_at IS NULL) END)
"""


#: At least one planned text that a provider took, from the draw on.
_RECEIVED = f"""EXISTS (
           SELECT FROM enrolment_decision d
             JOIN messaging_message m ON m.cause_kind = 'decision' AND m.cause_key = d.id::text
            WHERE d.enrolment_id = e.id AND d.outcome = 'queued' AND d.decided_at >= a.allocated_at
              AND {TAKEN})"""
#: (arm, excluded, received, fate, outcome, people), for `flow.Standing`.
STANDINGS = f"""
WITH {ALLOCATED}, {_TOLD}
SELECT a.arm_id, {excluded("e")} AS excluded, {_RECEIVED} AS received,
       CASE WHEN e.status IN ('withdrawn', 'erased') THEN 'withdrew'
            WHEN {GONE_ON} IS NOT NULL THEN 'lost' ELSE 'stayed' END AS fate,
       CASE WHEN s.id IS NULL AND NOT EXISTS (
              SELECT FROM enrolment_anchor q
               WHERE q.enrolment_id = e.id AND q.kind = 'quit_date' AND q.replaced_at IS NULL
                 AND q.day IS NOT NULL AND q.attempt = e.attempt) THEN 'no_date'
            WHEN s.id IS NULL THEN 'not_due'
            WHEN s.use7 IS NULL THEN 'silent' ELSE 'answered' END AS outcome,
       count(*)
  FROM enrolment_enrolment e
  JOIN campaigns_campaign c ON c.id = e.campaign_id
  JOIN campaigns_factor f ON f.id = %(factor)s
  JOIN campaigns_trial t ON t.id = f.trial_id
  LEFT JOIN allocated a ON a.enrolment_id = e.id
  LEFT JOIN told s ON s.id = e.id AND s.time = %(time)s
 WHERE e.campaign_id = %(campaign)s AND NOT e.is_test AND {assessed("e")}
 GROUP BY 1, 2, 3, 4, 5
"""
#: (arm, stratum, days after the quit date, window, due, answered, smoke-free).
OUTCOMES = f"""
WITH {ALLOCATED}, {_TOLD}
SELECT a.arm_id, a.stratum, t.time, w.window,
       count(*), count(w.use), count(*) FILTER (WHERE w.use = 'no')
  FROM told t JOIN allocated a ON a.enrolment_id = t.id
  CROSS JOIN LATERAL (VALUES (7, t.use7), (30, t.use30)) AS w("window", use)
 GROUP BY 1, 2, 3, 4
"""
#: (arm, stratum, days from the draw, whether gone on that day, people).
LEAVING = f"""
WITH {ALLOCATED}, watched AS (
  SELECT a.arm_id, a.stratum, {GONE_ON} AS gone_on, {TODAY} AS today, a.allocated_on
    FROM allocated a JOIN enrolment_enrolment e ON e.id = a.enrolment_id
    JOIN campaigns_campaign c ON c.id = e.campaign_id
)
SELECT arm_id, stratum, greatest(0, coalesce(gone_on, today) - allocated_on),
       gone_on IS NOT NULL, count(*)
  FROM watched GROUP BY 1, 2, 3, 4
"""
#: (what, arm, people, sum, sum of squares): of each person a number.
MEANS = f"""
WITH {ALLOCATED}, numbers AS (
  SELECT a.arm_id,
         (SELECT count(*) FROM enrolment_decision d
            JOIN messaging_message m ON m.cause_kind = 'decision' AND m.cause_key = d.id::text
           WHERE d.enrolment_id = a.enrolment_id AND d.outcome = 'queued'
             AND d.decided_at >= a.allocated_at AND {TAKEN}) AS texts,
         (SELECT count(*) FROM enrolment_answer n
           WHERE n.enrolment_id = a.enrolment_id AND n.is_valid
             AND n.answered_at >= a.allocated_at) AS answers
    FROM allocated a
)
SELECT w.what, arm_id, count(*), sum(w.n), sum(w.n * w.n)
  FROM numbers CROSS JOIN LATERAL (VALUES ('texts', texts), ('answers', answers)) AS w(what, n)
 GROUP BY 1, 2 ORDER BY 1, 2
"""
_KNOWN = ", ".join(
    f"('{name}', {name})" for name in ("language", "region", "channel", "age", "sex")
)
#: (by, value, arm, people): what was known of people when the factor was drawn for them.
BASELINE = f"""
WITH {ALLOCATED}, known AS (
  SELECT a.arm_id, {SLICES}
    FROM allocated a JOIN enrolment_enrolment e ON e.id = a.enrolment_id {PEOPLE}
)
SELECT w.by, w.value, arm_id, count(*)
  FROM known CROSS JOIN LATERAL (VALUES {_KNOWN}) AS w(by, value)
 GROUP BY 1, 2, 3
"""
_SAID = f"""
WITH {ALLOCATED}, said AS (
  SELECT DISTINCT ON (n.enrolment_id, n.question_key) a.arm_id, n.question_key, n.value
    FROM enrolment_answer n JOIN allocated a ON a.enrolment_id = n.enrolment_id
     AND n.answered_at <= a.allocated_at
   WHERE n.is_valid AND n.value <> '' AND n.question_key IN (
           SELECT q.key FROM campaigns_question q
             JOIN campaigns_campaignversion v ON v.id = q.version_id
            WHERE v.campaign_id = %(campaign)s AND q.kind = ANY(%(kinds)s))
   ORDER BY n.enrolment_id, n.question_key, n.answered_at DESC, n.id DESC
)
"""
#: (question, value, arm, people): the last readable answer before the draw, to choices.
BASELINE_CHOICES = (
    f"{_SAID} SELECT question_key, value, arm_id, count(*) FROM said GROUP BY 1, 2, 3"
)
#: (question, arm, people, sum, sum of squares): the same of numbers.
BASELINE_NUMBERS = f"""
{_SAID}, numbers AS (
  SELECT question_key, arm_id, value::float8 AS n FROM said WHERE value ~ '^[0-9]+([.][0-9]+)?$'
)
SELECT question_key, arm_id, count(*), sum(n), sum(n * n) FROM numbers GROUP BY 1, 2
"""
