"""What is counted of all people as they stand at `now`. Pure text; `standing_counting` runs it.

Each gives (campaign, measure, key, number, language, region, dose, count).
"""

from research.day_sql import PEOPLE, SLICES, WORDS_EVER
from research.indicators.abstinence import AFTER_DAYS, BEFORE_DAYS, TIMES

_GROUPS = "campaign_id, '{measure}'::text, {key}, {number}, language, region, dose"


def _counted(of: str, measure: str, key: str, number: str = "0", what: str = "count(*)") -> str:
    groups = _GROUPS.format(measure=measure, key=key, number=number)
    return f"SELECT {groups}, {what} FROM {of} GROUP BY 1, 2, 3, 4, 5, 6, 7"


def _alike(which: str, measure: str, key: str, number: str = "0") -> str:
    """Of people who are alike in all that counts, as many as there are."""
    return _counted(f"alike WHERE {which}", measure, key, number, "sum(people)")


TODAY = "(%(now)s::timestamptz AT TIME ZONE c.time_zone)::date"
#: Retention counts from the first quit date, outcomes from the one in force.
_QUIT = """
  LEFT JOIN enrolment_anchor {name} ON {name}.enrolment_id = e.id AND {name}.kind = 'quit_date'
   AND {name}.replaced_at IS NULL AND {name}.day IS NOT NULL AND {name}.occurrence = 1
   AND {name}.attempt = {attempt}
"""
#: The day on which somebody was gone, by leaving or by a number out of reach; null: still there.
GONE_ON = """(CASE WHEN e.status IN ('withdrawn', 'erased') THEN e.ended_at
               WHEN e.status = 'paused' AND e.pause_reason = 'unreachable' THEN e.paused_at
          END AT TIME ZONE c.time_zone)::date"""
STANDING = f"""
WITH everybody AS (
  SELECT e.campaign_id, {SLICES}, e.status, {TODAY} AS today, f.day AS quit_day,
         e.started_at IS NOT NULL OR EXISTS (
           SELECT FROM enrolment_consent o
            WHERE o.enrolment_id = e.id AND o.scope = 'service' AND o.is_given) AS consented,
         e.started_at IS NOT NULL AND e.status <> 'ineligible' AS enrolled,
         {GONE_ON} AS gone_on
    FROM enrolment_enrolment e {PEOPLE} {_QUIT.format(name="f", attempt="1")}
   WHERE NOT e.is_test
), alike AS MATERIALIZED (
  SELECT campaign_id, language, region, dose, status, consented, enrolled,
         CASE WHEN gone_on IS NULL THEN today - quit_day END AS seen, gone_on - quit_day AS gone,
         count(*) AS people
    FROM everybody GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
)
{_alike("true", "status", "status")}
UNION ALL {_alike("true", "funnel", "'began'")}
UNION ALL {_alike("consented", "funnel", "'consented'")}
UNION ALL {_alike("consented AND status <> 'ineligible'", "funnel", "'eligible'")}
UNION ALL {_alike("enrolled", "funnel", "'enrolled'")}
UNION ALL {_alike("enrolled AND (seen >= 0 OR gone >= 0)", "funnel", "'quit'")}
UNION ALL {_alike("enrolled AND status = 'completed'", "funnel", "'completed'")}
UNION ALL {_alike("enrolled AND gone >= 0", "gone", "''", "gone")}
UNION ALL {_alike("enrolled AND seen >= 0", "seen", "''", "seen")}
"""
_TIMES = ", ".join(f"({time})" for time in TIMES)


def told(where: str = "") -> str:
    """Each survey that is due and over, beside what was answered to it, as `told`; without WITH.

    From the answers, which are few, to the people: the newest readable one to each question, asked
    about that time. Who smoked in seven days is not asked about thirty, and has answered that, too.
    """
    return f"""due AS MATERIALIZED (
  SELECT e.id, e.campaign_id, e.attempt, {SLICES}, c.time_zone, f.day AS quit_day, times.time
    FROM enrolment_enrolment e {PEOPLE} {_QUIT.format(name="f", attempt="e.attempt")}
    CROSS JOIN (VALUES {_TIMES}) AS times(time)
   WHERE NOT e.is_test AND e.started_at IS NOT NULL AND f.day + times.time + {AFTER_DAYS} < {TODAY}
     AND e.campaign_id IN (
           SELECT v.campaign_id FROM campaigns_question q
             JOIN campaigns_campaignversion v ON v.id = q.version_id WHERE q.key = 'use7') {where}
), said AS MATERIALIZED (
  SELECT DISTINCT ON (due.id, due.time, a.question_key)
         due.id, due.time, a.question_key, a.value
    FROM enrolment_answer a
    JOIN due ON due.id = a.enrolment_id AND due.attempt = a.attempt
     AND (a.asked_at AT TIME ZONE due.time_zone)::date - due.quit_day
         BETWEEN due.time - {BEFORE_DAYS} AND due.time + {AFTER_DAYS}
   WHERE a.question_key IN ('use7', 'use30') AND a.is_valid
   ORDER BY due.id, due.time, a.question_key, a.answered_at DESC, a.id DESC
), told AS MATERIALIZED (
  SELECT due.*, seven.value AS use7,
         CASE WHEN seven.value = 'yes' THEN 'yes' ELSE thirty.value END AS use30
    FROM due
    LEFT JOIN said seven ON (seven.id, seven.time, seven.question_key) = (due.id, due.time, 'use7')
    LEFT JOIN said thirty
      ON (thirty.id, thirty.time, thirty.question_key) = (due.id, due.time, 'use30')
)"""


SURVEYS = f"""
WITH {told()}
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
