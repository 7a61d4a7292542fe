"""What is counted of all people as they stand at `now`. Pure text; `standing_counting` runs it,
once the slices of everybody stand in a table of their own.

Each gives (campaign, measure, key, number, by, value, count).
"""

from research.slice_sql import EVERYBODY, LISTED, MANY, OF_EVERYBODY, by_slice

COLUMNS = ("campaign_id", "measure", "key", "number")
_GROUPS = f"campaign_id, '{{measure}}'::text AS measure, {{key}}, {{number}}, {LISTED}"
_PLACES = ", ".join(str(n + 1) for n in range(len(COLUMNS) + MANY))


def counted(of: str, measure: str, key: str, number: str = "0", what: str = "count(*)") -> str:
    groups = _GROUPS.format(measure=measure, key=key, number=number)
    return f"SELECT {groups}, {what} FROM {of} GROUP BY {_PLACES}"


def _alike(which: str, measure: str, key: str, number: str = "0") -> str:
    """Of people who are alike in all that counts, as many as there are."""
    return counted(f"alike WHERE {which}", measure, key, number, "sum(people)")


#: In the campaign's zone.
TODAY = "(%(now)s::timestamptz AT TIME ZONE c.time_zone)::date"
_FIRST_DAY = "DATE '1970-01-01'"


def quit_day(name: str, attempt: str, of: str = "e") -> str:
    """A join to the quit date of that attempt: retention is counted from the first one, surveys
    from the one in force. `of`: the enrolment."""
    return f"""
  LEFT JOIN enrolment_anchor {name} ON {name}.enrolment_id = {of}.id AND {name}.kind = 'quit_date'
   AND {name}.replaced_at IS NULL AND {name}.day IS NOT NULL AND {name}.occurrence = 1
   AND {name}.attempt = {attempt}
"""


#: The day on which somebody was gone, by leaving or by a number out of reach; null: still there.
GONE_ON = """(CASE WHEN e.status IN ('withdrawn', 'erased') THEN e.ended_at
               WHEN e.status = 'paused' AND e.pause_reason = 'unreachable' THEN e.paused_at
          END AT TIME ZONE c.time_zone)::date"""
# A later attempt moves `started_at`; when the first began stands in the anchor.
_JOINED = """
  LEFT JOIN enrolment_anchor began ON began.enrolment_id = e.id AND began.kind = 'enrolment'
   AND began.attempt = 1 AND began.occurrence = 1 AND began.replaced_at IS NULL
"""
STANDING = by_slice(
    f"""
WITH everybody AS (
  SELECT e.campaign_id, {OF_EVERYBODY}, e.status, {TODAY} AS today, f.day AS quit_day,
         CASE WHEN e.started_at IS NOT NULL AND e.status <> 'ineligible'
              THEN (coalesce(began.instant, e.started_at) AT TIME ZONE c.time_zone)::date
          END AS joined,
         sliced.has_agreed OR e.started_at IS NOT NULL AS consented,
         NOT sliced.was_handed_in OR sliced.has_agreed OR e.started_at IS NOT NULL
           OR e.exit_reason = 'declined' AS in_touch,
         e.started_at IS NOT NULL
           OR EXISTS (SELECT FROM enrolment_answer n WHERE n.enrolment_id = e.id) AS answered,
         CASE WHEN e.status IN ('withdrawn', 'erased') THEN 'left'
              WHEN e.status = 'paused' AND e.pause_reason = 'unreachable' THEN 'unreachable'
          END AS went,
         {GONE_ON} AS gone_on,
         (CASE WHEN e.status = 'completed' THEN e.last_text_at END
          AT TIME ZONE c.time_zone)::date AS last_text_on
    FROM enrolment_enrolment e {EVERYBODY} {quit_day("f", "1")} {_JOINED}
   WHERE NOT e.is_test
), alike AS MATERIALIZED (
  SELECT campaign_id, {LISTED}, status, consented, in_touch, answered, joined, went,
         joined IS NOT NULL AS enrolled,
         CASE WHEN gone_on IS NULL THEN today - quit_day END AS seen, gone_on - quit_day AS gone,
         CASE WHEN gone_on IS NULL THEN today - joined END AS seen_of_all,
         CASE WHEN gone_on IS NOT NULL THEN greatest(gone_on - joined, 0) END AS gone_of_all,
         CASE WHEN coalesce(gone_on, last_text_on) IS NOT NULL
              THEN greatest(coalesce(gone_on, last_text_on), joined) END AS out_on,
         count(*) AS people
    FROM everybody GROUP BY {", ".join(str(n + 1) for n in range(MANY + 13))}
)
{_alike("true", "status", "status")}
UNION ALL {_alike("true", "funnel", "'began'")}
UNION ALL {_alike("in_touch", "funnel", "'in_touch'")}
UNION ALL {_alike("in_touch AND answered", "funnel", "'answered'")}
UNION ALL {_alike("consented", "funnel", "'consented'")}
UNION ALL {_alike("consented AND status <> 'ineligible'", "funnel", "'eligible'")}
UNION ALL {_alike("enrolled", "funnel", "'enrolled'")}
UNION ALL {_alike("enrolled AND (seen >= 0 OR gone >= 0)", "funnel", "'quit'")}
UNION ALL {_alike("enrolled AND status = 'completed'", "funnel", "'completed'")}
UNION ALL {
        _alike(
            "enrolled AND status = 'completed' AND (seen >= 0 OR gone >= 0)",
            "funnel",
            "'quit_completed'",
        )
    }
UNION ALL {_alike("enrolled AND gone >= 0", "gone", "'quit_date:' || went", "gone")}
UNION ALL {_alike("enrolled AND seen >= 0", "seen", "'quit_date'", "seen")}
UNION ALL {_alike("enrolled AND gone_of_all >= 0", "gone", "'enrolment:' || went", "gone_of_all")}
UNION ALL {_alike("enrolled AND seen_of_all >= 0", "seen", "'enrolment'", "seen_of_all")}
UNION ALL {_alike("enrolled", "came", "''", f"joined - {_FIRST_DAY}")}
UNION ALL {_alike("enrolled AND out_on IS NOT NULL", "went", "''", f"out_on - {_FIRST_DAY}")}
""",
    COLUMNS,
)
# Who was never asked has no enrolment, so little is known of her.
INVITED = by_slice(
    f"""
WITH asked AS (
  SELECT e.campaign_id, {OF_EVERYBODY} FROM enrolment_invitation v
    JOIN enrolment_enrolment e ON e.id = v.enrolment_id AND NOT e.is_test {EVERYBODY}
   WHERE NOT v.is_test
), refused AS (
  SELECT v.campaign_id, v.language, ''::text AS region, ''::text AS dose, v.channel,
         to_char(date_trunc('week', v.invited_at AT TIME ZONE c.time_zone), 'YYYY-MM-DD') AS cohort,
         ''::text AS age, ''::text AS sex, ARRAY[]::text[] AS arms
    FROM enrolment_invitation v JOIN campaigns_campaign c ON c.id = v.campaign_id
   WHERE NOT v.is_test AND v.status = 'refused'
)
{counted("asked", "invited", "'asked'")}
UNION ALL {counted("refused", "invited", "'not_asked'")}
""",
    COLUMNS,
)
