"""What is counted of the words people ever texted. Pure text, as in `people_sql`."""

from research.day_sql import inbound
from research.indicators.keywords import FINE_HOURS
from research.people_sql import COLUMNS, counted, quit_day
from research.slice_sql import EVERYBODY, LISTED, OF_EVERYBODY, by_slice

_EVER = inbound(
    "NULL::date",
    "i.end = 'matched' AND e.started_at IS NOT NULL",
    people=EVERYBODY,
    slices=OF_EVERYBODY,
)
_PEOPLE_WITH = "count(DISTINCT enrolment_id)"
# Hours from the midnight that began the first quit date, in the campaign's zone; whole days once
# the first two weeks are over.
WORDS = by_slice(
    f"""
WITH words AS MATERIALIZED (SELECT * FROM ({_EVER}) AS texted WHERE word IS NOT NULL),
since AS (
  SELECT words.*, extract(epoch FROM words.received_at
           - (f.day::timestamp AT TIME ZONE words.time_zone)) / 3600 AS hours
    FROM words JOIN enrolment_enrolment e ON e.id = words.enrolment_id {quit_day("f", "1")}
), firsts AS (
  SELECT campaign_id, {LISTED}, word, enrolment_id, min(hours) AS hours
    FROM since WHERE hours >= 0
   GROUP BY campaign_id, {LISTED}, word, enrolment_id
), told AS (
  SELECT firsts.*, CASE WHEN hours < {FINE_HOURS} THEN floor(hours)
                        ELSE 24 * floor(hours / 24) END::int AS after
    FROM firsts
)
{counted("words", "used", "word", what=_PEOPLE_WITH)}
UNION ALL {counted("words", "used", "'any'", what=_PEOPLE_WITH)}
UNION ALL {counted("told", "first_word", "word", "after")}
""",
    COLUMNS,
)
