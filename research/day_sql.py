"""What is counted of each day: one statement a source. Pure text; `day_counting` runs it.

`days` are days of each campaign's own zone, `since` and `until` the instants that enclose them in
any zone, `first` and `last` the ids between which the source's rows of that time lie. Each gives
(campaign, day, measure, key, number, by, value, count).
"""

from collections.abc import Iterable

from research.indicators.replies import LATENCIES, LONGER
from research.slice_sql import LISTED, MANY, PEOPLE, SLICES, by_slice

#: A step's reasons for not being this person's to get: none was planned for her.
NOT_MEANT = ("condition", "other_path", "slip_path", "newer_step_due")
#: What the words of a campaign come to when they are no keyword of the journey's.
NO_KEYWORD = ("join", "join_again", "start")

COLUMNS = ("campaign_id", "day", "measure", "key", "number")
_GROUPS = f"campaign_id, day, {{measure}}::text, {{key}}, {{number}}, {LISTED}"
_PLACES = ", ".join(str(n + 1) for n in range(len(COLUMNS) + MANY))


def _counted(of: str, measure: str, key: str, number: str = "0", what: str = "count(*)") -> str:
    groups = _GROUPS.format(measure=f"'{measure}'", key=key, number=number)
    return f"SELECT {groups}, {what} FROM {of} GROUP BY {_PLACES}"


def _day(column: str) -> str:
    return f"({column} AT TIME ZONE c.time_zone)::date"


def _when(table: str, column: str) -> str:
    return (
        f"{table}.id BETWEEN %(first)s AND %(last)s AND {column} >= %(since)s "
        f"AND {column} < %(until)s AND {_day(column)} = ANY(%(days)s)"
    )


def newest(of: str, at: str) -> str:
    """The enrolment of a text that names none: its number's newest by then in a campaign of that
    sender, else in any."""
    return f"""
  JOIN LATERAL (
    SELECT x.* FROM enrolment_participant y
      JOIN enrolment_enrolment x ON x.participant_id = y.id
      JOIN campaigns_campaign z ON z.id = x.campaign_id
     WHERE y.recipient_id = {of}.recipient_id AND x.enrolled_at <= {at}
     ORDER BY z.sender_id = {of}.sender_id DESC, x.enrolled_at DESC, x.id DESC LIMIT 1
  ) e ON NOT e.is_test
"""


def _bounds(bounds: Iterable[int]) -> str:
    cases = " ".join(f"WHEN took <= {bound} THEN {bound}" for bound in bounds)
    return f"CASE {cases} ELSE {LONGER} END"


#: Of a text `m`: a provider took it, whatever became of it then.
TAKEN = """(m.status IN ('accepted', 'sent', 'delivered', 'undelivered')
  OR m.status = 'failed' AND EXISTS (
    SELECT FROM messaging_attempt t WHERE t.message_id = m.id AND t.outcome = 'accepted'))"""
_FATE = """
  CASE WHEN d.outcome = 'held' OR m.status IN ('queued', 'sending', 'unknown') THEN 'waiting'
       WHEN m.status IN ('delivered', 'undelivered') THEN m.status
       WHEN m.status IN ('accepted', 'sent') THEN 'sent'
       WHEN m.status = 'failed' AND t.id IS NULL THEN 'failed'
       WHEN m.status = 'failed' THEN 'failed_later'
       WHEN m.status = 'expired' THEN 'suppressed:expired'
       WHEN m.id IS NOT NULL THEN 'suppressed:' || m.status_reason
       WHEN d.outcome = 'superseded' OR d.reason = ANY(%(not_meant)s)
       THEN 'not_meant:' || d.reason
       ELSE 'suppressed:' || d.reason END
"""
_TAKEN = "fate IN ('delivered', 'sent', 'undelivered', 'failed_later')"
# Only the asking's own time names the question an answer is to: a daily question has one key.
DECISIONS = by_slice(
    f"""
WITH texts AS MATERIALIZED (
  SELECT e.campaign_id, {_day("d.decided_at")} AS day, {SLICES}, d.enrolment_id, d.decided_at,
         d.version_id, d.step_key, m.segments, m.settled_at, left({_FATE}, 60) AS fate
    FROM enrolment_decision d
    JOIN enrolment_enrolment e ON e.id = d.enrolment_id AND NOT e.is_test {PEOPLE}
    LEFT JOIN messaging_message m
      ON d.outcome = 'queued' AND m.cause_kind = 'decision' AND m.cause_key = d.id::text
    LEFT JOIN messaging_attempt t
      ON m.status = 'failed' AND t.message_id = m.id AND t.outcome = 'accepted'
   WHERE {_when("d", "d.decided_at")}
), asked AS MATERIALIZED (
  SELECT x.*, extract(epoch FROM a.answered_at - x.settled_at) AS took
    FROM texts x
    JOIN campaigns_step s ON s.version_id = x.version_id AND s.key = x.step_key
    JOIN campaigns_question q ON q.id = s.question_id
    LEFT JOIN LATERAL (
      SELECT min(n.answered_at) AS answered_at FROM enrolment_answer n
       WHERE n.enrolment_id = x.enrolment_id AND n.question_key = q.key
         AND n.asked_at = x.decided_at AND n.is_valid
    ) a ON true
   WHERE {_TAKEN}
), answered AS (SELECT * FROM asked WHERE took IS NOT NULL)
{_counted("texts", "text", "fate")}
UNION ALL {_counted(f"texts WHERE {_TAKEN}", "segments", "'due'", what="sum(segments)")}
UNION ALL {_counted("asked", "asked", "step_key")}
UNION ALL {_counted("answered", "answered", "step_key")}
UNION ALL {_counted("answered", "latency", "''", _bounds(LATENCIES))}
UNION ALL {_counted(f"texts WHERE {_TAKEN}", "sent_step", "step_key")}
""",
    COLUMNS,
)
OTHER_TEXTS = by_slice(
    f"""
WITH others AS (
  SELECT e.campaign_id, {_day("m.created_at")} AS day, {SLICES}, m.kind, m.segments
    FROM messaging_message m {newest("m", "m.created_at")} {PEOPLE}
   WHERE m.cause_kind <> 'decision' AND {_when("m", "m.created_at")}
     AND {TAKEN}
)
{_counted("others", "segments", "kind", what="sum(segments)")}
""",
    COLUMNS,
)


# A JOIN is answered before its enrolment is a moment old, so the end counts.
def inbound(day: str, where: str, *, people: str = PEOPLE, slices: str = SLICES) -> str:
    return f"""
  SELECT e.id AS enrolment_id, e.campaign_id, {day} AS day, {slices}, i.id AS inbound_id,
         i.received_at, c.time_zone,
         extract(hour FROM i.received_at AT TIME ZONE c.time_zone)::int AS hour,
         CASE WHEN i.end = 'matched' AND NOT i.end_reason = ANY(%(no_keyword)s) THEN
           coalesce((SELECT min(b.bank_key) FROM enrolment_bankuse b WHERE b.inbound_id = i.id),
                    nullif(i.end_reason, '')) END AS word
    FROM messaging_inboundmessage i
    {newest("i", "coalesce(i.ended_at, i.received_at)")} {people}
   WHERE {where}
"""


TEXTS_IN = by_slice(
    f"""
WITH came AS MATERIALIZED ({inbound(_day("i.received_at"), _when("i", "i.received_at"))})
{_counted("came", "heard", "''")}
UNION ALL {_counted("came WHERE word IS NOT NULL", "keyword", "word", "hour")}
""",
    COLUMNS,
)
# Whoever did not take up an invitation was never in.
LEAVING = by_slice(
    f"""
WITH left_ AS MATERIALIZED (
  SELECT e.campaign_id, {_day("w.withdrawn_at")} AS day, {SLICES},
         CASE WHEN w.told <> '' THEN w.told
              WHEN w.reason IN ('declined', 'wrong_number', 'silence', 'erased') THEN w.reason
              WHEN w.source IN ('staff', 'provider') THEN w.source
              ELSE 'untold' END AS key, coalesce(latest.step_key, '') AS after
    FROM enrolment_withdrawal w JOIN enrolment_enrolment e ON e.id = w.enrolment_id
     AND NOT e.is_test {PEOPLE}
    LEFT JOIN LATERAL (
      SELECT d.step_key FROM enrolment_decision d
        JOIN messaging_message m ON m.cause_kind = 'decision' AND m.cause_key = d.id::text
       WHERE d.enrolment_id = e.id AND d.outcome = 'queued' AND d.decided_at <= w.withdrawn_at
         AND m.status IN ('delivered', 'undelivered', 'accepted', 'sent')
       ORDER BY d.decided_at DESC, d.id DESC LIMIT 1
    ) latest ON true
   WHERE w.reason <> 'not_answered' AND {_when("w", "w.withdrawn_at")}
)
{_counted("left_", "left", "key")}
UNION ALL {_counted("left_ WHERE after <> ''", "left_after", "after")}
""",
    COLUMNS,
)
