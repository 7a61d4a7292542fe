"""What is counted of people's answers: outcomes, screening, satisfaction, calls. Pure text.

Each statement gives (campaign, measure, key, number, by, value, count). From the answers, which are
few, to the people.
"""

from research.indicators.abstinence import AFTER_DAYS, BEFORE_DAYS, TIMES
from research.indicators.prolonged import FEW, LONG_TIMES
from research.indicators.satisfaction import QUESTIONS
from research.people_sql import COLUMNS, TODAY, counted, quit_day
from research.slice_sql import EVERYBODY, OF_EVERYBODY, by_slice


def _asked_by(question: str) -> str:
    """Only of a campaign that has ever asked it."""
    return f"""e.campaign_id IN (
           SELECT v.campaign_id FROM campaigns_question q
             JOIN campaigns_campaignversion v ON v.id = q.version_id WHERE q.key = '{question}')"""


def _due(
    times: tuple[int, ...],
    question: str,
    attempt: str,
    *,
    slices: str = f"{OF_EVERYBODY},",
    people: str = EVERYBODY,
    only: str = "",
) -> str:
    """People whose survey's time is over, once for each time."""
    values = ", ".join(f"({time})" for time in times)
    return f"""
  SELECT e.id, e.campaign_id, e.attempt, {slices} c.time_zone, f.day AS quit_day, times.time
    FROM enrolment_enrolment e {people} {quit_day("f", attempt)}
    CROSS JOIN (VALUES {values}) AS times(time)
   WHERE NOT e.is_test AND e.started_at IS NOT NULL AND f.day + times.time + {AFTER_DAYS} < {TODAY}
     AND {_asked_by(question)} {only}
"""


#: An answer `a` to a question asked about the time of `due`.
_ABOUT = f"""(a.asked_at AT TIME ZONE due.time_zone)::date - due.quit_day
         BETWEEN due.time - {BEFORE_DAYS} AND due.time + {AFTER_DAYS}"""


def _told(due: str) -> str:
    """What was answered to each survey that is due, without WITH: the newest readable one to each
    question. Who smoked in seven days is not asked about thirty, and has answered that, too."""
    return f"""due AS MATERIALIZED ({due}), said AS MATERIALIZED (
  SELECT DISTINCT ON (due.id, due.time, a.question_key)
         due.id, due.time, a.question_key, a.value, a.source
    FROM enrolment_answer a
    JOIN due ON due.id = a.enrolment_id AND due.attempt = a.attempt AND {_ABOUT}
   WHERE a.question_key IN ('use7', 'use30') AND a.is_valid
   ORDER BY due.id, due.time, a.question_key, a.answered_at DESC, a.id DESC
), told AS MATERIALIZED (
  SELECT due.*, seven.value AS use7, seven.source AS mode,
         CASE WHEN seven.value = 'yes' THEN 'yes' ELSE thirty.value END AS use30
    FROM due
    LEFT JOIN said seven ON (seven.id, seven.time, seven.question_key) = (due.id, due.time, 'use7')
    LEFT JOIN said thirty
      ON (thirty.id, thirty.time, thirty.question_key) = (due.id, due.time, 'use30')
)"""


def told_by(only: str) -> str:
    """As `told`, of some people alone and without their slices."""
    people = "JOIN campaigns_campaign c ON c.id = e.campaign_id"
    return _told(_due(TIMES, "use7", "e.attempt", slices="", people=people, only=only))


SURVEYS = by_slice(
    f"""
WITH {_told(_due(TIMES, "use7", "e.attempt"))}
{counted("told", "surveyed", "''", "time")}
UNION ALL {counted("told WHERE use7 IS NOT NULL", "reported", "'7'", "time")}
UNION ALL {counted("told WHERE use7 = 'no'", "abstinent", "'7'", "time")}
UNION ALL {counted("told WHERE use30 IS NOT NULL", "reported", "'30'", "time")}
UNION ALL {counted("told WHERE use30 = 'no'", "abstinent", "'30'", "time")}
UNION ALL {counted("told WHERE mode IS NOT NULL", "reached", "mode", "time")}
""",
    COLUMNS,
)
# From the first quit date: whoever has set another since has not kept to it. More than five told at
# any time is told for good, whatever is said later.
PROLONGED = by_slice(
    f"""
WITH due AS MATERIALIZED ({_due(LONG_TIMES, "since_quit", "1")}), said AS MATERIALIZED (
  SELECT DISTINCT ON (due.id, due.time) due.id, due.time, a.value
    FROM enrolment_answer a JOIN due ON due.id = a.enrolment_id AND a.attempt = 1 AND {_ABOUT}
   WHERE a.question_key = 'since_quit' AND a.is_valid
   ORDER BY due.id, due.time, a.answered_at DESC, a.id DESC
), told AS MATERIALIZED (
  SELECT due.*, said.value,
         due.attempt = 1 AND said.value IN ({", ".join(f"'{few}'" for few in FEW)})
         AND NOT EXISTS (
           SELECT FROM enrolment_answer a
            WHERE a.enrolment_id = due.id AND a.question_key = 'since_quit' AND a.is_valid
              AND a.value NOT IN ({", ".join(f"'{few}'" for few in FEW)})
              AND (a.asked_at AT TIME ZONE due.time_zone)::date
                  <= due.quit_day + due.time + {AFTER_DAYS}) AS kept
    FROM due LEFT JOIN said ON (said.id, said.time) = (due.id, due.time)
)
{counted("told", "prolonged", "'due'", "time")}
UNION ALL {counted("told WHERE value IS NOT NULL", "prolonged", "'told'", "time")}
UNION ALL {counted("told WHERE kept", "prolonged", "'kept'", "time")}
""",
    COLUMNS,
)
# A question asked a whole day and more after its attempt's quit date began, and no smoking since
# told: twenty-four hours without.
ATTEMPTS = by_slice(
    f"""
WITH due AS MATERIALIZED (
  SELECT e.id, e.campaign_id, {OF_EVERYBODY}
    FROM enrolment_enrolment e {EVERYBODY} {quit_day("f", "1")}
   WHERE NOT e.is_test AND e.started_at IS NOT NULL AND f.day + 1 <= {TODAY}
     AND ({_asked_by("smoked")} OR {_asked_by("use7")})
), told AS MATERIALIZED (
  SELECT due.id, bool_or(a.value = 'no') AS tried
    FROM enrolment_answer a
    JOIN due ON due.id = a.enrolment_id
    JOIN enrolment_enrolment e ON e.id = due.id
    JOIN campaigns_campaign c ON c.id = e.campaign_id {quit_day("f", "a.attempt")}
   WHERE a.question_key IN ('smoked', 'use7', 'use30') AND a.is_valid
     AND a.asked_at >= ((f.day + 1)::timestamp AT TIME ZONE c.time_zone)
   GROUP BY due.id
), all_ AS (SELECT due.*, told.tried FROM due LEFT JOIN told ON told.id = due.id)
{counted("all_", "tried", "'due'")}
UNION ALL {counted("all_ WHERE tried IS NOT NULL", "tried", "'told'")}
UNION ALL {counted("all_ WHERE tried", "tried", "'tried'")}
""",
    COLUMNS,
)
# The first answers to what is asked at joining; whoever never used was turned away.
SCREENING = by_slice(
    f"""
WITH said AS MATERIALIZED (
  SELECT DISTINCT ON (a.enrolment_id, a.question_key) a.enrolment_id, a.question_key, a.value
    FROM enrolment_answer a
   WHERE a.question_key IN ('uses_tobacco', 'already_quit') AND a.is_valid
   ORDER BY a.enrolment_id, a.question_key, a.answered_at DESC, a.id DESC
), told AS (
  SELECT e.campaign_id, {OF_EVERYBODY},
         e.started_at IS NOT NULL AND e.status <> 'ineligible' AS enrolled,
         CASE WHEN uses.value = 'yes' THEN 'uses'
              WHEN already.value = 'yes' THEN 'has_quit'
              WHEN already.value = 'no' THEN 'never'
              ELSE 'untold' END AS key
    FROM enrolment_enrolment e {EVERYBODY}
    LEFT JOIN said uses ON (uses.enrolment_id, uses.question_key) = (e.id, 'uses_tobacco')
    LEFT JOIN said already ON (already.enrolment_id, already.question_key) = (e.id, 'already_quit')
   WHERE NOT e.is_test AND {_asked_by("uses_tobacco")}
)
{counted("told WHERE enrolled", "screened", "key")}
UNION ALL {counted("told WHERE NOT enrolled AND key <> 'untold'", "turned_away", "key")}
""",
    COLUMNS,
)
_LIKED = ", ".join(f"'{question}'" for question in QUESTIONS)
SATISFACTION = by_slice(
    f"""
WITH said AS MATERIALIZED (
  SELECT DISTINCT ON (a.enrolment_id, a.question_key) a.enrolment_id, a.question_key, a.value
    FROM enrolment_answer a WHERE a.question_key IN ({_LIKED}) AND a.is_valid
   ORDER BY a.enrolment_id, a.question_key, a.answered_at DESC, a.id DESC
), told AS (
  SELECT e.campaign_id, {OF_EVERYBODY}, said.question_key || ':' || said.value AS key
    FROM said JOIN enrolment_enrolment e ON e.id = said.enrolment_id AND NOT e.is_test {EVERYBODY}
)
{counted("told", "liked", "key")}
""",
    COLUMNS,
)
CALLS = by_slice(
    f"""
WITH tries AS MATERIALIZED (
  SELECT l.enrolment_id, t.outcome,
         row_number() OVER (PARTITION BY t.call_id ORDER BY t.ended_at, t.id) AS try
    FROM enrolment_callattempt t JOIN enrolment_call l ON l.id = t.call_id
), told AS (
  SELECT e.campaign_id, {OF_EVERYBODY}, tries.outcome, least(tries.try, 6)::int AS try
    FROM tries JOIN enrolment_enrolment e ON e.id = tries.enrolment_id AND NOT e.is_test {EVERYBODY}
), listed AS (
  SELECT e.campaign_id, {OF_EVERYBODY} FROM enrolment_call l
    JOIN enrolment_enrolment e ON e.id = l.enrolment_id AND NOT e.is_test {EVERYBODY}
)
{counted("listed", "called", "'listed'")}
UNION ALL {counted("told", "called", "'tried'", "try")}
UNION ALL {counted("told WHERE outcome = 'reached'", "called", "'reached'", "try")}
""",
    COLUMNS,
)
