"""What happened to each enrolment, and the programme's own texts. Pure."""

from research.bundle.columns import Column, Kind, Privacy, Table
from research.bundle.marks import (
    ENROLMENT_ID,
    FIRST_DAY,
    LAST_DAY,
    OF_ENROLMENT,
    PID,
    day_column,
    flag,
    minute_column,
)

EVENTS = {
    "consent": "said yes or no to something",
    "anchor": "a date or moment the journey counts from was set",
    "left": "left, or was taken out",
    "activate": "the programme began",
    "pause": "paused",
    "resume": "goes on after a pause",
    "return": "came back by START",
    "attempt": "another attempt began",
    "profile": "another dose",
    "move": "moved to another version",
    "ineligible": "screened out by an answer",
}
_OF_AUDIT = ("activate", "pause", "resume", "return", "attempt", "profile", "move", "ineligible")
_VERBS = ", ".join(f"'enrolment.{event}'" for event in _OF_AUDIT)
_EVENTS = f"""
FROM (
  SELECT o.enrolment_id, 1 AS sort, o.id, o.given_at AS at, 'consent' AS event, o.scope AS what,
         CASE WHEN o.is_given THEN 'yes' ELSE 'no' END AS detail, o.channel AS by,
         NULL::date AS on_, NULL::timestamptz AS moment
    FROM enrolment_consent o
  UNION ALL
  SELECT a.enrolment_id, 2, a.id, a.set_at, 'anchor', a.kind, NULL, a.source, a.day, a.instant
    FROM enrolment_anchor a
  UNION ALL
  SELECT w.enrolment_id, 3, w.id, w.withdrawn_at, 'left', coalesce(nullif(w.reason, ''), 'untold'),
         nullif(w.told, ''), w.source, NULL, NULL
    FROM enrolment_withdrawal w
  UNION ALL
  SELECT b.id, 4, v.id, v.at, replace(v.verb, 'enrolment.', ''),
         coalesce(v.detail ->> 'reason', v.detail ->> 'profile', v.detail ->> 'version',
                  v.detail ->> 'attempt'), NULL,
         CASE WHEN v.actor_id IS NULL THEN 'system' ELSE 'staff' END, NULL,
         NULL
    FROM trust_auditevent v
    JOIN bundle_enrolment b ON v.subject_type = 'enrolment.enrolment' AND v.subject_id = b.id::text
   WHERE v.verb IN ({_VERBS})
) s JOIN bundle_enrolment e ON e.id = s.enrolment_id
"""
_FAR = "coalesce(s.on_, (s.moment AT TIME ZONE e.zone)::date) - e.day0"
_ON = f"CASE WHEN {_FAR} BETWEEN {FIRST_DAY} AND {LAST_DAY} THEN {_FAR} END"

STATES = Table(
    "states",
    "What happened",
    "One row for each change of where an enrolment stands: consents, dates set, pauses, leaving. "
    "Pauses, moves and doses are those of the audit, as long as it is kept.",
    _EVENTS,
    "e.place, s.sort, s.id",
    (
        Column("n", Kind.INTEGER, "Its number among the enrolment's, from 1; not in order of time.",
               "row_number() OVER (PARTITION BY e.place ORDER BY s.sort, s.id)", "the ledgers"),
        ENROLMENT_ID,
        PID,
        Column("event", Kind.TEXT, "What happened.", "s.event", "the ledgers", values=EVENTS),
        Column("what", Kind.TEXT, "Of what: the consent's scope, the anchor, the reason.", "s.what",
               "the ledgers", empty="nothing more to say"),
        Column("detail", Kind.TEXT, "Yes or no to a consent; why the person left, as told.",
               "s.detail", "the ledgers", empty="nothing more to say"),
        Column("by", Kind.TEXT, "Who or what set it.", "s.by", "the ledgers", empty="not known"),
        Column("on_day", Kind.INTEGER, "The date that was set. 0 is the day of the enrolment.", _ON,
               "anchors", unit="study day",
               empty="no date, or so far away that it could be a birthday"),
        day_column("day", "s.at", "When it happened.", "the ledgers"),
        minute_column("local_minute", "s.at", "When it happened.", "the ledgers"),
    ),
    ("enrolment_id", "n"),
    OF_ENROLMENT,
)  # fmt: skip

#: A number written into a text is no person's, and is not told all the same.
_WORDS = r"regexp_replace(t.body, '\+?\d(?:[ ().-]{0,2}\d){6,}', '[number]', 'g')"
_TEXT = "the version"
CONTENT = Table(
    "content",
    "Texts of the programme",
    "One row for each wording of each version that was ever published, in each language.",
    "FROM campaigns_text t JOIN campaigns_campaignversion v ON v.id = t.version_id"
    " LEFT JOIN campaigns_step s ON s.version_id = v.id AND s.key = split_part(t.key, '@', 1)"
    " LEFT JOIN campaigns_stage g ON g.id = s.stage_id"
    " LEFT JOIN campaigns_question q ON q.id = s.question_id"
    " LEFT JOIN LATERAL (SELECT x.tags FROM campaigns_banktext x"
    " JOIN campaigns_messagebank k ON k.id = x.bank_id"
    " WHERE k.version_id = v.id AND x.key = t.key ORDER BY x.id LIMIT 1) b ON true"
    " WHERE v.campaign_id = %(campaign)s AND v.published_at IS NOT NULL",
    'v.number, t.key COLLATE "C", t.language COLLATE "C"',
    (
        Column("version", Kind.INTEGER, "The version.", "v.number", _TEXT,
               privacy=Privacy.PROGRAMME),
        Column("text_key", Kind.TEXT, "The wording; a variant is key@name.", "t.key", _TEXT,
               privacy=Privacy.PROGRAMME),
        Column("language", Kind.TEXT, "As a code of ISO 639.", "t.language", _TEXT,
               privacy=Privacy.PROGRAMME),
        Column("text", Kind.TEXT, "The words, with placeholders as they are; long numbers are "
               "masked.", _WORDS, _TEXT, privacy=Privacy.PROGRAMME),
        Column("stage", Kind.TEXT, "The stage of the planned step.", "g.key", _TEXT,
               empty="no planned step", privacy=Privacy.PROGRAMME),
        Column("anchor", Kind.TEXT, "What the stage counts from.", "g.anchor", _TEXT,
               empty="no planned step", privacy=Privacy.PROGRAMME),
        Column("anchor_day", Kind.INTEGER, "Days from the anchor.", "s.day", _TEXT, unit="days",
               empty="no planned step, or one counted in minutes", privacy=Privacy.PROGRAMME),
        Column("question", Kind.TEXT, "The question it asks.", "q.key", _TEXT,
               empty="asks nothing", privacy=Privacy.PROGRAMME),
        Column("bct", Kind.TEXT, "Behaviour change techniques (BCTTv1), as JSON.",
               "coalesce(s.tags, b.tags)::text", _TEXT, empty="none coded",
               privacy=Privacy.PROGRAMME),
        flag("clinically_approved", "v.clinical_reviewer <> ''",
             "A named person and body approved the version.", _TEXT),
    ),
    ("version", "text_key", "language"),
)  # fmt: skip
