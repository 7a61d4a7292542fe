"""What came due, what was sent, what came in. Pure."""

from dataclasses import replace

from research.bundle.columns import Column, Kind, Link, Privacy, Table
from research.bundle.marks import (
    ENROLMENT_ID,
    OF_ENROLMENT,
    PID,
    day_column,
    flag,
    id_column,
    minute_column,
)
from research.bundle.trial_tables import ANY_VEILED
from research.day_sql import NO_KEYWORD, NOT_MEANT, TAKEN, newest

OUTCOMES = {
    "held": "decided later", "queued": "handed to the transport",
    "suppressed": "kept back, by the reason", "withheld": "taken back before it left",
    "expired": "its time passed", "superseded": "a newer text came in its place",
}  # fmt: skip
MESSAGE_STATES = {
    "queued": "waits", "sending": "on the wire", "unknown": "the provider's answer was lost",
    "accepted": "a provider took it", "sent": "left the provider", "delivered": "arrived",
    "undelivered": "did not arrive", "failed": "refused", "cancelled": "taken back",
    "expired": "its time passed", "blocked": "the number had opted out",
}  # fmt: skip
MESSAGE_KINDS = {
    "due": "planned", "reply": "answers a text", "help": "answers HELP",
    "stop_confirmation": "confirms STOP", "broadcast": "a broadcast", "staff": "by a counsellor",
    "crisis": "answers words of need",
}  # fmt: skip
INBOUND_KINDS = {
    "opt_out": "STOP, in any wording", "answer": "to a question", "keyword": "one of the words",
    "joining": "JOIN or START", "loop": "a machine's, dropped", "other": "anything else",
}  # fmt: skip
_PLANNED = "the journey"
_BLIND = "it was drawn and a blinded trial runs"
_UNDRAWN = f"nothing was drawn, or {_BLIND}"
_OTHERS = ", ".join(f"'{reason}'" for reason in NOT_MEANT)
MEANT = f"d.outcome <> 'superseded' AND d.reason NOT IN ({_OTHERS})"


def _drawn(sql: str) -> str:
    return f"CASE WHEN d.probabilities IS NULL OR NOT {ANY_VEILED} THEN {sql} END"


#: Whose rows never change once they are decided.
DECISIONS_AS_MADE = Table(
    "decisions",
    "Decisions",
    "One row for each planned text that came due, also those that were not sent: with its reason, "
    "and, where it was drawn, the odds of every option. Of a randomised step, whether or not the "
    "drawn option was delivered.",
    "FROM enrolment_decision d JOIN bundle_enrolment e ON e.id = d.enrolment_id"
    " JOIN campaigns_campaignversion v ON v.id = d.version_id",
    "e.place, d.id",
    (
        id_column("decision_id", "d", "decisions", "d.id", "The decision."),
        ENROLMENT_ID,
        PID,
        Column("t_index", Kind.INTEGER, "Its number among the enrolment's, from 1.",
               "row_number() OVER (PARTITION BY e.place ORDER BY d.id)", _PLANNED),
        Column("attempt", Kind.INTEGER, "Of which quit attempt.", "d.attempt", _PLANNED),
        Column("step", Kind.TEXT, "The step; its key lives across versions.", "d.step_key",
               _PLANNED, privacy=Privacy.PROGRAMME),
        Column("occurrence", Kind.INTEGER, "Which time of a repeated step.", "d.occurrence",
               _PLANNED),
        Column("version", Kind.INTEGER, "The version it was decided by.", "v.number", _PLANNED,
               privacy=Privacy.PROGRAMME),
        day_column("day", "d.decided_at", "When it was decided.", _PLANNED),
        minute_column("local_minute", "d.decided_at", "When it was decided.", _PLANNED),
        day_column("due_day", "d.due_at", "When it was due.", _PLANNED),
        minute_column("due_minute", "d.due_at", "When it was due.", _PLANNED),
        Column("outcome", Kind.TEXT, "What was decided.", "d.outcome", _PLANNED, values=OUTCOMES),
        Column("reason", Kind.TEXT, "Why it was not sent.", "d.reason", _PLANNED,
               empty="it was handed over"),
        flag("meant", MEANT, "Was this person's to get. One that was not (a condition, another "
             "path, a newer text in its place) counts as planned nowhere.", _PLANNED),
        Column("text_key", Kind.TEXT, "The wording, as in content.", _drawn("d.text_key"), _PLANNED,
               empty=f"no text, or {_BLIND}", privacy=Privacy.PROGRAMME),
        Column("variant", Kind.TEXT, "The variant of the wording taken.", _drawn("d.variant"),
               _PLANNED, empty=f"its one wording, no text, or {_BLIND}"),
        Column("arm", Kind.TEXT, "The arms the person was in, as factor=arm.",
               f"CASE WHEN NOT {ANY_VEILED} THEN d.arm END", _PLANNED,
               empty=f"in no trial, or {_BLIND}"),
        flag("available", "d.available", "Could get it at that moment.", _PLANNED),
        Column("unavailable_reason", Kind.TEXT, "Why not.", "d.unavailable_reason", _PLANNED,
               empty="available"),
        Column("options", Kind.TEXT, "What was drawn from, as JSON.", _drawn("d.options::text"),
               _PLANNED, empty=_UNDRAWN),
        Column("probabilities", Kind.TEXT, "The odds of every option, as JSON, in their order.",
               _drawn("d.probabilities::text"), _PLANNED, empty=_UNDRAWN),
        Column("draw", Kind.NUMBER, "The number drawn, from 0 up to 1.", _drawn("d.draw"), _PLANNED,
               empty=_UNDRAWN),
        Column("policy_version", Kind.TEXT, "The policy of the draw; of a point of a randomised "
               "step at which the person was not available, too.", "d.policy_version",
               _PLANNED, empty="no trial", privacy=Privacy.PROGRAMME),
    ),
    ("decision_id",),
    OF_ENROLMENT,
)  # fmt: skip
#: With what came of each draw, which may take a day to be known.
DECISIONS = replace(
    DECISIONS_AS_MADE,
    source=f"{DECISIONS_AS_MADE.source} LEFT JOIN bundle_drawn w ON w.decision_id = d.id",
    columns=(
        *DECISIONS_AS_MADE.columns,
        Column("option", Kind.TEXT, "The option in whose part of 0 to 1 the number fell, the parts "
               "being as long as the odds and in their order; whether or not it came.",
               _drawn("w.option"), _PLANNED, empty=_UNDRAWN),
        flag("proximal", "w.proximal", "Whether the outcome the drawn step looks at, which stands "
             "in steps_drawn, came within its window from when the step was due.", _PLANNED,
             empty="nothing was drawn, the window is not over, or no outcome is looked at"),
    ),
)  # fmt: skip

_COLUMNS = (
    "m.id, m.recipient_id, m.sender_id, m.kind, m.cause_kind, m.status, m.status_reason, "
    "m.priority, m.segments, m.encoding, m.created_at, m.settled_at"
)
#: Of a text that names none: the number's newest enrolment by then.
_STAFF = newest("m", "m.created_at")
_MESSAGES = f"""
FROM (
  SELECT {_COLUMNS}, d.enrolment_id, d.id AS decision, NULL::bigint AS inbound
    FROM messaging_message m
    JOIN enrolment_decision d
      ON d.id = CASE WHEN m.cause_kind = 'decision' THEN m.cause_key::bigint END
   WHERE m.cause_kind = 'decision'
  UNION ALL
  SELECT {_COLUMNS}, b.enrolment_id, NULL, b.id
    FROM messaging_message m
    JOIN bundle_inbound b
      ON b.id = CASE WHEN m.cause_kind = 'inbound' THEN split_part(m.cause_key, ':', 1)::bigint END
   WHERE m.cause_kind = 'inbound'
  UNION ALL
  SELECT {_COLUMNS}, b.enrolment_id, NULL, NULL
    FROM enrolment_broadcastdecision b JOIN messaging_message m ON m.id = b.message_id
  UNION ALL
  SELECT {_COLUMNS}, e.id, NULL, NULL
    FROM messaging_message m {_STAFF}
   WHERE m.cause_kind = 'staff'
) m JOIN bundle_enrolment e ON e.id = m.enrolment_id
"""
_WIRE = "the transport"

MESSAGES_OUT = Table(
    "messages_out",
    "Texts out",
    "One row for each text that was handed to the transport. Its words are in content, by the "
    "decision's text_key. A counsellor's text is told without its words.",
    _MESSAGES,
    "e.place, m.id",
    (
        id_column("msg_id", "m", "messages_out", "m.id", "The text."),
        ENROLMENT_ID,
        PID,
        id_column("decision_id", "d", "decisions", "m.decision", "The decision it came of.",
                  "not a planned text"),
        id_column("in_id", "i", "messages_in", "m.inbound", "The text it answers.",
                  "not an answer"),
        Column("kind", Kind.TEXT, "What sort of text.", "m.kind", _WIRE, values=MESSAGE_KINDS),
        Column("priority", Kind.INTEGER, "Lower goes first.", "m.priority", _WIRE,
               privacy=Privacy.PROGRAMME),
        day_column("queued_day", "m.created_at", "When it was handed over.", _WIRE),
        minute_column("queued_minute", "m.created_at", "When it was handed over.", _WIRE),
        day_column("settled_day", "m.settled_at", "When its call was answered, or it ended without "
                   "one.", _WIRE, empty="it waits"),
        minute_column("settled_minute", "m.settled_at", "When its call was answered, or it ended "
                      "without one.", _WIRE, empty="it waits"),
        Column("status", Kind.TEXT, "How far it came.", "m.status", _WIRE, values=MESSAGE_STATES),
        Column("status_reason", Kind.TEXT, "Why it came no further.", "m.status_reason", _WIRE,
               empty="nothing stopped it"),
        flag("taken", TAKEN, "A provider took it, whether or not it arrived.", _WIRE),
        Column("segments", Kind.INTEGER, "Billed parts.", "m.segments", _WIRE, unit="segments"),
        Column("encoding", Kind.TEXT, "The alphabet it was sent in.", "m.encoding", _WIRE,
               values={"gsm7": "GSM-7", "ucs2": "UCS-2"}, privacy=Privacy.PROGRAMME),
    ),
    ("msg_id",),
    (
        *OF_ENROLMENT,
        Link("decision_id", "decisions", "decision_id"),
        Link("in_id", "messages_in", "in_id"),
    ),
)  # fmt: skip

_NO_WORD = ", ".join(f"'{reason}'" for reason in NO_KEYWORD)
_WORD = f"""CASE WHEN i.end = 'matched' AND i.end_reason NOT IN ({_NO_WORD}) THEN
  coalesce((SELECT min(b.bank_key) FROM enrolment_bankuse b WHERE b.inbound_id = i.id),
           nullif(i.end_reason, '')) END"""
_INBOUND_KIND = f"""CASE WHEN i.opted_out THEN 'opt_out'
  WHEN n.id IS NOT NULL THEN 'answer'
  WHEN i.end_reason IN ({_NO_WORD}) THEN 'joining'
  WHEN i.end = 'matched' THEN 'keyword'
  WHEN i.end = 'loop' THEN 'loop' ELSE 'other' END"""
_HEARD = "texts in"

MESSAGES_IN = Table(
    "messages_in",
    "Texts in",
    "One row for each text that came in, without its words. One that named no enrolment belongs to "
    "its number's newest by then.",
    "FROM bundle_inbound b JOIN messaging_inboundmessage i ON i.id = b.id"
    " JOIN bundle_enrolment e ON e.id = b.enrolment_id"
    " LEFT JOIN enrolment_answer n ON n.inbound_id = i.id",
    "e.place, i.id",
    (
        id_column("in_id", "i", "messages_in", "i.id", "The text."),
        ENROLMENT_ID,
        PID,
        day_column("day", "i.received_at", "When it came.", _HEARD),
        minute_column("local_minute", "i.received_at", "When it came.", _HEARD),
        Column("kind", Kind.TEXT, "What it was taken for.", _INBOUND_KIND, _HEARD,
               values=INBOUND_KINDS),
        Column("keyword", Kind.TEXT, "The word it was, by the programme's own name for it.", _WORD,
               _HEARD, empty="no keyword"),
        Column("matched_by", Kind.TEXT, "What recognised it, by the engine's own name.",
               "i.end_reason", _HEARD, empty="nothing did"),
        Column("ended", Kind.TEXT, "What became of it.", 'i."end"', _HEARD,
               values={"pending": "not looked at yet", "answered": "answered",
                       "matched": "matched", "inbox": "in the counsellors' inbox",
                       "loop": "dropped as a loop"}),
    ),
    ("in_id",),
    OF_ENROLMENT,
)  # fmt: skip
