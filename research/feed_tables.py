"""Tables that the API tells besides the bundle's, and two of those with columns more. Pure."""

from dataclasses import replace

from research.bundle.columns import Column, Kind, Privacy, Table
from research.bundle.marks import ENROLMENT_ID, OF_ENROLMENT, PID, day_column, flag, minute_column
from research.bundle.people_tables import ENROLMENTS
from research.bundle.trial_tables import VEILED
from research.bundle.wire_tables import MESSAGES_OUT

CONSENTS = Table(
    "consents",
    "Consents",
    "One row for each yes or no, and to what. What stands is the last of each scope.",
    "FROM enrolment_consent o JOIN bundle_enrolment e ON e.id = o.enrolment_id"
    " JOIN campaigns_campaignversion v ON v.id = o.wording_version_id",
    "e.place, o.id",
    (
        Column("n", Kind.INTEGER, "Its number among the enrolment's, from 1.",
               "row_number() OVER (PARTITION BY e.place ORDER BY o.id)", "ledger of consent"),
        ENROLMENT_ID,
        PID,
        Column("scope", Kind.TEXT, "To what.", "o.scope", "ledger of consent", values={
            "service": "to get the texts", "research": "to take part in research",
            "follow_up_call": "to be called afterwards", "data_sharing": "to have data shared"}),
        flag("given", "o.is_given", "Whether it was a yes.", "ledger of consent"),
        Column("channel", Kind.TEXT, "How it was said.", "o.channel", "ledger of consent"),
        Column("wording_version", Kind.INTEGER, "The version whose wording asked.", "v.number",
               "ledger of consent", privacy=Privacy.PROGRAMME),
        day_column("day", "o.given_at", "When it was said.", "ledger of consent"),
        minute_column("local_minute", "o.given_at", "When it was said.", "ledger of consent"),
    ),
    ("enrolment_id", "n"),
    OF_ENROLMENT,
)  # fmt: skip
LEAVING = Table(
    "withdrawals",
    "Leaving",
    "One row each time somebody left.",
    "FROM enrolment_withdrawal w JOIN bundle_enrolment e ON e.id = w.enrolment_id",
    "e.place, w.id",
    (
        ENROLMENT_ID,
        PID,
        Column("source", Kind.TEXT, "By whom or what.", "w.source", "withdrawal"),
        Column("reason", Kind.TEXT, "Why, by the engine's own name.", "w.reason", "withdrawal",
               empty="untold"),
        day_column("day", "w.withdrawn_at", "When.", "withdrawal"),
        minute_column("local_minute", "w.withdrawn_at", "When.", "withdrawal"),
    ),
    ("enrolment_id", "day", "local_minute"),
    OF_ENROLMENT,
)  # fmt: skip
STARTS = Table(
    "starts",
    "Beginnings",
    "One row each time a programme began: the first, and each new attempt.",
    "FROM enrolment_anchor a JOIN bundle_enrolment e ON e.id = a.enrolment_id",
    "e.place, a.id",
    (
        ENROLMENT_ID,
        PID,
        Column("attempt", Kind.INTEGER, "Which attempt.", "a.attempt", "anchor enrolment"),
        day_column("day", "a.instant", "When.", "anchor enrolment"),
        minute_column("local_minute", "a.instant", "When.", "anchor enrolment"),
    ),
    ("enrolment_id", "attempt"),
    OF_ENROLMENT,
)  # fmt: skip
#: With the step that was planned, for who is told of texts alone.
COMMUNICATIONS = replace(
    MESSAGES_OUT,
    name="communications",
    columns=(
        *MESSAGES_OUT.columns,
        Column("step", Kind.TEXT, "The step it was planned by.",
               "(SELECT d.step_key FROM enrolment_decision d WHERE d.id = m.decision)",
               "the journey", empty="not a planned text", privacy=Privacy.PROGRAMME),
        Column("version", Kind.INTEGER, "The version it was decided by.",
               "(SELECT v.number FROM enrolment_decision d JOIN campaigns_campaignversion v"
               " ON v.id = d.version_id WHERE d.id = m.decision)",
               "the journey", empty="not a planned text", privacy=Privacy.PROGRAMME),
    ),
)  # fmt: skip
#: With the arms, for who is told of study subjects.
_ARMS = f"""(SELECT string_agg(f.key || ':' || m.key, ' ' ORDER BY f.key, l.stage)
  FROM enrolment_allocation l JOIN campaigns_trial t ON t.id = l.trial_id
  JOIN campaigns_factor f ON f.id = l.factor_id JOIN campaigns_arm m ON m.id = l.arm_id
 WHERE l.enrolment_id = x.id AND NOT {VEILED})"""
SUBJECTS = replace(
    ENROLMENTS,
    name="subjects",
    columns=(
        *ENROLMENTS.columns,
        Column("arms", Kind.TEXT, "Factor and arm of each allocation.", _ARMS,
               "ledger of allocation", empty="none, or the trial is blinded and runs"),
    ),
)  # fmt: skip
