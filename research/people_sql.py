"""What is counted of all people as they stand at `now`. Pure text; `standing_counting` runs it.

Each gives (campaign, measure, key, number, language, region, dose, count).
"""

from research.day_sql import PEOPLE, SLICES, WORDS_EVER
from research.indicators.abstinence import AFTER_DAYS, BEFORE_DAYS, TIMES

_GROUPS = "campaign_id, '{measure}'::text, {key}, {number}, language, region, dose"


def _counted(of: str, measure: str, key: str, number: str = "0", what: str = "count(*)") -> str:
    groups = _GROUPS.format(measure=measure, key=key, number=number)
    return f"SELECT {groups}, {what} FROM {of} GROUP BY 1, 2, 3, 4, 5, 6, 7"


_TODAY = "(%(now)s::timestamptz AT TIME ZONE c.time_zone)::date"
#: Retention counts from the first quit date, outcomes from the one in force.
_QUIT = """
  LEFT JOIN enrolment_anchor {name} ON {name}.enrolment_id = e.id AND {name}.kind = 'quit_date'
   AND {name}.replaced_at IS NULL AND {name}.day IS NOT NULL AND {name}.occurrence = 1
   AND {name}.attempt = {attempt}
"""
STANDING = f"""
WITH everybody AS MATERIALIZED (
  SELECT e.campaign_id, {SLICES}, e.status, {_TODAY} AS today, f.day AS quit_day,
         e.started_at IS NOT NULL OR EXISTS (
           SELECT FROM enrolment_consent o
            WHERE o.enrolment_id = e.id AND o.scope = 'service' AND o.is_given) AS consented,
         e.started_at IS NOT NULL AND e.status <> 'ineligible' AS enrolled,
         (CASE WHEN e.status IN ('withdrawn', 'erased') THEN e.ended_at
               WHEN e.status = 'paused' AND e.pause_reason = 'unreachable' THEN e.paused_at
          END AT TIME ZONE c.time_zone)::date AS gone_on
    FROM enrolment_enrolment e {PEOPLE} {_QUIT.format(name="f", attempt="1")}
   WHERE NOT e.is_test
), quitters AS MATERIALIZED (
  SELECT * FROM everybody
   WHERE enrolled AND quit_day <= today AND (gone_on IS NULL OR gone_on >= quit_day)
)
{_counted("everybody", "status", "status")}
UNION ALL {_counted("everybody", "funnel", "'began'")}
UNION ALL {_counted("everybody WHERE consented", "funnel", "'consented'")}
UNION ALL {_counted("everybody WHERE consented AND status <> 'ineligible'", "funnel", "'eligible'")}
UNION ALL {_counted("everybody WHERE enrolled", "funnel", "'enrolled'")}
UNION ALL {_counted("quitters", "funnel", "'quit'")}
UNION ALL {_counted("everybody WHERE enrolled AND status = 'completed'", "funnel", "'completed'")}
UNION ALL {_counted("quitters WHERE gone_on IS NOT NULL", "gone", "''", "gone_on - quit_day")}
UNION ALL {_counted("quitters WHERE gone_on IS NULL", "seen", "''", "today - quit_day")}
"""
_TIMES = ", ".join(f"({time})" for time in TIMES)
#: The newest readable answer to a survey's question, asked about that time.
_SAID = """
  LEFT JOIN LATERAL (
    SELECT a.value FROM enrolment_answer a
     WHERE a.enrolment_id = due.id AND a.question_key = '{question}' AND a.is_valid
       AND a.attempt = due.attempt
       AND (a.asked_at AT TIME ZONE due.time_zone)::date - due.quit_day
           BETWEEN due.time - {before} AND due.time + {after}
     ORDER BY a.answered_at DESC, a.id DESC LIMIT 1
  ) {question} ON true
"""
_USE7 = _SAID.format(question="use7", before=BEFORE_DAYS, after=AFTER_DAYS)
_USE30 = _SAID.format(question="use30", before=BEFORE_DAYS, after=AFTER_DAYS)
# Who smoked in the last seven days is not asked about thirty, and has answered that, too.
SURVEYS = f"""
WITH due AS MATERIALIZED (
  SELECT e.id, e.campaign_id, e.attempt, {SLICES}, c.time_zone, f.day AS quit_day, times.time
    FROM enrolment_enrolment e {PEOPLE} {_QUIT.format(name="f", attempt="e.attempt")}
    CROSS JOIN (VALUES {_TIMES}) AS times(time)
   WHERE NOT e.is_test AND e.started_at IS NOT NULL AND f.day + times.time + {AFTER_DAYS} < {_TODAY}
     AND e.campaign_id IN (
           SELECT v.campaign_id FROM campaigns_question q
             JOIN campaigns_campaignversion v ON v.id = q.version_id WHERE q.key = 'use7')
), told AS MATERIALIZED (
  SELECT due.*, use7.value AS use7,
         CASE WHEN use7.value = 'yes' THEN 'yes' ELSE use30.value END AS use30
    FROM due {_USE7} {_USE30}
)
{_counted("told", "surveyed", "''", "time")}
UNION ALL {_counted("told WHERE use7 IS NOT NULL", "reported", "'7'", "time")}
UNION ALL {_counted("told WHERE use7 = 'no'", "abstinent", "'7'", "time")}
UNION ALL {_counted("told WHERE use30 IS NOT NULL", "reported", "'30'", "time")}
UNION ALL {_counted("told WHERE use30 = 'no'", "abstinent", "'30'", "time")}
"""
_PEOPLE_WITH = "count(DISTINCT enrolment_id)"
WORDS = f"""
WITH words AS MATERIALIZED (SELECT * FROM ({WORDS_EVER}) AS texted WHERE word IS NOT NULL)
{_counted("words", "used", "word", what=_PEOPLE_WITH)}
UNION ALL {_counted("words", "used", "'any'", what=_PEOPLE_WITH)}
"""
