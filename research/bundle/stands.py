"""SQL for where an enrolment stands and what was told to its surveys, row by row. Pure.

The pages count the same in sums (research.people_sql); the numbers of `indicators.abstinence` are
its windows here, too, and tests/research/test_recompute.py holds the two to each other.
"""

from research.indicators.abstinence import AFTER_DAYS, BEFORE_DAYS, TIMES

#: Of an enrolment `x`: said yes to the texts.
AGREED = """(x.started_at IS NOT NULL OR EXISTS (
  SELECT FROM enrolment_consent o
   WHERE o.enrolment_id = x.id AND o.scope = 'service' AND o.is_given))"""
#: Began, and was not screened out.
ENROLLED = "(x.started_at IS NOT NULL AND x.status <> 'ineligible')"
#: When the person left, or was lost to every text.
GONE = """(CASE WHEN x.status IN ('withdrawn', 'erased') THEN x.ended_at
  WHEN x.status = 'paused' AND x.pause_reason = 'unreachable' THEN x.paused_at END)"""


def quit_day(name: str, attempt: str) -> str:
    """A join to the quit date of that attempt: retention is counted from the first one, surveys
    from the one in force."""
    return f"""
  LEFT JOIN enrolment_anchor {name} ON {name}.enrolment_id = x.id AND {name}.kind = 'quit_date'
   AND {name}.replaced_at IS NULL AND {name}.day IS NOT NULL AND {name}.occurrence = 1
   AND {name}.attempt = {attempt}
"""


_TIMES = ", ".join(f"({time})" for time in TIMES)
#: `told`: each survey that is due and over, beside the newest readable answer to each question that
#: was asked about its time. Who smoked in seven days is not asked about thirty, and has answered
#: that, too. Without WITH.
TOLD = f"""due AS MATERIALIZED (
  SELECT x.id, x.attempt, b.zone, f.day AS quit_day, times.time
    FROM bundle_enrolment b
    JOIN enrolment_enrolment x ON x.id = b.id {quit_day("f", "x.attempt")}
    CROSS JOIN (VALUES {_TIMES}) AS times(time)
   WHERE x.started_at IS NOT NULL AND f.day + times.time + {AFTER_DAYS} < b.today
     AND EXISTS (SELECT FROM campaigns_question q
                   JOIN campaigns_campaignversion v ON v.id = q.version_id
                  WHERE v.campaign_id = x.campaign_id AND q.key = 'use7')
), said AS MATERIALIZED (
  SELECT DISTINCT ON (due.id, due.time, a.question_key)
         due.id, due.time, a.question_key, a.value
    FROM enrolment_answer a
    JOIN due ON due.id = a.enrolment_id AND due.attempt = a.attempt
     AND (a.asked_at AT TIME ZONE due.zone)::date - due.quit_day
         BETWEEN due.time - {BEFORE_DAYS} AND due.time + {AFTER_DAYS}
   WHERE a.question_key IN ('use7', 'use30') AND a.is_valid
   ORDER BY due.id, due.time, a.question_key, a.answered_at DESC, a.id DESC
), told AS MATERIALIZED (
  SELECT due.id, due.time, seven.value AS use7,
         CASE WHEN seven.value = 'yes' THEN 'yes' ELSE thirty.value END AS use30
    FROM due
    LEFT JOIN said seven ON (seven.id, seven.time, seven.question_key) = (due.id, due.time, 'use7')
    LEFT JOIN said thirty
      ON (thirty.id, thirty.time, thirty.question_key) = (due.id, due.time, 'use30')
)"""
