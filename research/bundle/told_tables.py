"""What people told: answers, also those that did not come, readings, and outcomes made of them.
Pure."""

from research.bundle.columns import Column, Kind, Link, Privacy, Table
from research.bundle.marks import (
    ENROLMENT_ID,
    FIRST_DAY,
    LAST_DAY,
    OF_ENROLMENT,
    PID,
    day_column,
    id_column,
    minute_column,
)
from research.bundle.stands import TOLD
from research.indicators.abstinence import DEFINITION, WINDOWS

#: Why a value is not there, one code a reason.
MISSING = {
    "not_asked": "the question was planned and kept back, by the decision's reason",
    "not_delivered": "it was sent and no provider took it, or it never arrived",
    "no_reply": "it was sent, and no answer has come",
    "invalid_reply": "an answer came that could not be read",
    "opted_out": "it was sent, no answer came, and the person has left",
    "refused": "the person did not want to answer when called",
    "not_due": "it is on its way, or its time is not over yet",
    "withheld": "it is a name, own words, or told coarser in participants",
}
QUESTION_KINDS = {
    "yes_no": "yes or no", "choice": "one of several", "number": "a number", "reading": "a reading",
    "date": "a date", "name": "a name", "text": "own words",
}  # fmt: skip
#: Told in participants, in bands, or nowhere.
_COARSER = "('age', 'sex', 'gender', 'region', 'first_name', 'birth_date')"
_DAY_OF = "(CASE WHEN a.value ~ '^\\d{4}-\\d\\d-\\d\\d$' THEN a.value::date - e.day0 END)"
_VALUE = f"""CASE
  WHEN a.kind IS NULL OR a.kind IN ('name', 'text') OR a.attribute IN {_COARSER} THEN NULL
  WHEN a.kind = 'date' AND a.value ~ '^\\d{{4}}-' THEN
    CASE WHEN {_DAY_OF} BETWEEN {FIRST_DAY} AND {LAST_DAY} THEN ({_DAY_OF})::text END
  ELSE a.value END"""
_MISSING = f"""CASE
  WHEN a.is_valid AND ({_VALUE}) IS NOT NULL AND ({_VALUE}) <> '' THEN NULL
  WHEN a.is_valid THEN 'withheld'
  WHEN NOT a.is_valid THEN 'invalid_reply'
  WHEN EXISTS (SELECT FROM enrolment_call l JOIN enrolment_calllist s ON s.id = l.call_list_id
                WHERE l.enrolment_id = e.id AND l.status = 'refused' AND s.step_key = a.step
                  AND s.question_key = a.question_key)
  THEN 'refused'
  WHEN a.outcome = 'held' OR a.status IN ('queued', 'sending', 'unknown') THEN 'not_due'
  WHEN a.outcome <> 'queued' OR a.status IN ('cancelled', 'expired', 'blocked') THEN 'not_asked'
  WHEN a.status IN ('failed', 'undelivered') THEN 'not_delivered'
  WHEN a.left_ THEN 'opted_out' ELSE 'no_reply' END"""
# Only the asking's own time names the question an answer is to: a daily question has one key.
_ASKINGS = """
  SELECT d.id, d.enrolment_id, d.attempt, d.step_key, d.version_id, d.decided_at, d.outcome,
         q.key AS question_key, q.kind, q.attribute, m.status, m.settled_at
    FROM enrolment_decision d
    JOIN bundle_enrolment b ON b.id = d.enrolment_id
    JOIN campaigns_step s ON s.version_id = d.version_id AND s.key = d.step_key
    JOIN campaigns_question q ON q.id = s.question_id
    LEFT JOIN messaging_message m
      ON d.outcome = 'queued' AND m.cause_kind = 'decision' AND m.cause_key = d.id::text
"""
# After an outage one moment may decide several askings of a question: the one that was sent is
# answered.
_ONCE = """
  SELECT DISTINCT ON (enrolment_id, question_key, decided_at) *
    FROM askings ORDER BY enrolment_id, question_key, decided_at, outcome <> 'queued', id
"""
_ANSWERS = """
FROM (
  SELECT n.id, 0 AS asking, n.enrolment_id, n.attempt, n.question_key, n.wording_version_id,
         k.id AS decision, k.step_key AS step, n.inbound_id, n.source, n.value, n.is_valid,
         n.asked_at, n.answered_at, q.kind, q.attribute, NULL::text AS outcome,
         NULL::text AS status, false AS left_, k.settled_at
    FROM enrolment_answer n
    JOIN bundle_enrolment b ON b.id = n.enrolment_id
    LEFT JOIN campaigns_question q
      ON q.version_id = n.wording_version_id AND q.key = n.question_key
    LEFT JOIN asked_once k ON k.enrolment_id = n.enrolment_id AND k.question_key = n.question_key
     AND k.decided_at = n.asked_at
  UNION ALL
  SELECT k.id, 1, k.enrolment_id, k.attempt, k.question_key, k.version_id, k.id, k.step_key, NULL,
         NULL, NULL, NULL, k.decided_at, NULL, k.kind, k.attribute, k.outcome, k.status,
         x.status IN ('withdrawn', 'erased'), k.settled_at
    FROM askings k JOIN enrolment_enrolment x ON x.id = k.enrolment_id
    LEFT JOIN asked_once o ON o.id = k.id
   WHERE o.id IS NULL
      OR NOT EXISTS (SELECT FROM enrolment_answer n
                      WHERE n.enrolment_id = k.enrolment_id AND n.question_key = k.question_key
                        AND n.asked_at = k.decided_at)
) a JOIN bundle_enrolment e ON e.id = a.enrolment_id
  JOIN campaigns_campaignversion v ON v.id = a.wording_version_id
"""
_TOLD = "answers"

ANSWERS = Table(
    "answers",
    "Answers",
    "One row for each answer, and one for each planned question that got none. Where the value is "
    "empty, missing says why.",
    _ANSWERS,
    "e.place, a.asking, a.id",
    (
        Column("n", Kind.INTEGER, "Its number among the enrolment's, from 1.",
               "row_number() OVER (PARTITION BY e.place ORDER BY a.asking, a.id)", _TOLD),
        ENROLMENT_ID,
        PID,
        Column("question", Kind.TEXT, "The question.", "a.question_key", _TOLD,
               privacy=Privacy.PROGRAMME),
        Column("kind", Kind.TEXT, "What sort of question.", "a.kind", _TOLD,
               empty="the version no longer has it", values=QUESTION_KINDS,
               privacy=Privacy.PROGRAMME),
        Column("step", Kind.TEXT, "The planned step that asked.", "a.step", _TOLD,
               empty="asked in a conversation, or on a call", privacy=Privacy.PROGRAMME),
        id_column("decision_id", "d", "decisions", "a.decision", "The decision that asked.",
                  "asked in a conversation, or on a call"),
        id_column("in_id", "i", "messages_in", "a.inbound_id", "The text that answered.",
                  "no answer by text"),
        Column("wording_version", Kind.INTEGER, "The version whose wording asked.", "v.number",
               _TOLD, privacy=Privacy.PROGRAMME),
        Column("attempt", Kind.INTEGER, "Of which quit attempt.", "a.attempt", _TOLD),
        Column("mode", Kind.TEXT, "How it was answered.", "a.source", _TOLD,
               empty="not answered", values={"sms": "by text", "call": "on a call by staff",
                                             "api": "by another system"}),
        day_column("asked_day", "a.asked_at", "When it was asked.", _TOLD),
        minute_column("asked_minute", "a.asked_at", "When it was asked.", _TOLD),
        day_column("answered_day", "a.answered_at", "When it was answered.", _TOLD,
                   empty="not answered"),
        minute_column("answered_minute", "a.answered_at", "When it was answered.", _TOLD,
                      empty="not answered"),
        Column("latency", Kind.INTEGER, "From the text's leaving to the answer.",
               "extract(epoch FROM a.answered_at - a.settled_at)::int", _TOLD, unit="seconds",
               empty="not answered, or not asked by a planned text"),
        Column("value", Kind.TEXT, "What was understood: yes or no, a choice's value, a number. A "
               "date is told as its study day.", _VALUE, _TOLD, empty="missing says why"),
        Column("missing", Kind.TEXT, "Why there is no value.", _MISSING, _TOLD,
               empty="there is one", values=MISSING),
    ),
    ("enrolment_id", "n"),
    (
        *OF_ENROLMENT,
        Link("decision_id", "decisions", "decision_id"),
        Link("in_id", "messages_in", "in_id"),
    ),
    before=f"askings AS MATERIALIZED ({_ASKINGS}), asked_once AS MATERIALIZED ({_ONCE})",
)  # fmt: skip

READINGS = Table(
    "readings",
    "Readings",
    "One row for each measured value, texted or sent by a device.",
    "FROM enrolment_reading r JOIN bundle_enrolment e ON e.id = r.enrolment_id",
    "e.place, r.id",
    (
        Column("n", Kind.INTEGER, "Its number among the enrolment's, from 1.",
               "row_number() OVER (PARTITION BY e.place ORDER BY r.id)", "readings"),
        ENROLMENT_ID,
        PID,
        Column("measure", Kind.TEXT, "What was measured: the question's key.", "r.kind",
               "readings", privacy=Privacy.PROGRAMME),
        Column("source", Kind.TEXT, "How it came.", "r.source", "readings",
               values={"sms": "by text", "api": "from a device"}),
        Column("value", Kind.NUMBER, "The value; of blood pressure the upper one.", "r.value",
               "readings", unit="as unit says"),
        Column("second", Kind.NUMBER, "The lower blood pressure.", "r.second", "readings",
               unit="as unit says", empty="one value only"),
        Column("unit", Kind.TEXT, "The unit.", "r.unit", "readings", empty="none",
               privacy=Privacy.PROGRAMME),
        day_column("day", "r.measured_at", "When it was measured.", "readings"),
        minute_column("local_minute", "r.measured_at", "When it was measured.", "readings"),
    ),
    ("enrolment_id", "n"),
    OF_ENROLMENT,
)  # fmt: skip

_SMOKES = f"""
FROM (SELECT told.id, told.time, w.window_days,
             CASE w.window_days WHEN 7 THEN told.use7 ELSE told.use30 END AS said
        FROM told CROSS JOIN (VALUES {", ".join(f"({days})" for days in WINDOWS)})
          AS w(window_days)) o
JOIN bundle_enrolment e ON e.id = o.id
"""
OUTCOMES_DERIVED = Table(
    "outcomes_derived",
    "Outcomes",
    "One row for each outcome survey that is due and over, and each window it asks about; made of "
    "the answers by the definition the figures use.",
    _SMOKES,
    "e.place, o.time, o.window_days",
    (
        ENROLMENT_ID,
        PID,
        Column("timepoint", Kind.INTEGER, "The survey.", "o.time", "outcome survey",
               unit="days after the quit date in force", privacy=Privacy.PROGRAMME),
        Column("window_days", Kind.INTEGER, "No smoking in so many days.", "o.window_days",
               "outcome survey", unit="days", privacy=Privacy.PROGRAMME),
        Column("definition_id", Kind.TEXT, "The definition.",
               f"'{DEFINITION.key}'::text", "docs/indicators.md",
               values={DEFINITION.key: DEFINITION.meaning},
               privacy=Privacy.PROGRAMME),
        Column("code_version", Kind.INTEGER, "Rises when the same answers would give another.",
               str(DEFINITION.version), "docs/indicators.md",
               privacy=Privacy.PROGRAMME),
        Column("value", Kind.BOOLEAN, "Smoke-free, with no answer taken as smoking.",
               "coalesce(o.said = 'no', false)::int", "answers use7 and use30",
               values={"1": "smoke-free", "0": "smokes, or no answer"}),
        Column("basis", Kind.TEXT, "Whether it was told.",
               "CASE WHEN o.said IS NULL THEN 'imputed' ELSE 'observed' END",
               "answers use7 and use30",
               values={"observed": "by an answer", "imputed": "no answer: taken as smoking"}),
    ),
    ("enrolment_id", "timepoint", "window_days"),
    OF_ENROLMENT,
    before=TOLD,
)  # fmt: skip
