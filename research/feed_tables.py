"""Tables that the API tells besides the bundle's, and two of those with columns more. Pure."""

from dataclasses import replace

from research.bundle.columns import Column, Kind, Privacy, Table
from research.bundle.marks import ENROLMENT_ID, OF_ENROLMENT, PID, day_column, flag, minute_column
from research.bundle.people_tables import ENROLMENTS
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
#: Of a trial that is blinded and still runs, who was allocated is told, and not to what.
_OPEN = "NOT (t.blinded AND t.state = 'running')"
_BLIND = "the trial is blinded and runs: read again from the start once it has stopped"


def _unblinded(sql: str) -> str:
    return f"CASE WHEN {_OPEN} THEN {sql} END"


ALLOCATIONS = Table(
    "allocations",
    "Allocations",
    "One row each time somebody was allocated to an arm, as the ledger has it.",
    "FROM enrolment_allocation l JOIN bundle_enrolment e ON e.id = l.enrolment_id"
    " JOIN campaigns_trial t ON t.id = l.trial_id JOIN campaigns_factor f ON f.id = l.factor_id"
    " JOIN campaigns_arm m ON m.id = l.arm_id",
    "e.place, l.id",
    (
        ENROLMENT_ID,
        PID,
        Column("trial", Kind.TEXT, "The trial.", "t.key", "ledger of allocation",
               privacy=Privacy.PROGRAMME),
        Column("factor", Kind.TEXT, "The factor.", "f.key", "ledger of allocation",
               privacy=Privacy.PROGRAMME),
        Column("stage", Kind.TEXT, "Of the first randomisation, or of a second.", "l.stage",
               "ledger of allocation"),
        Column("arm", Kind.TEXT, "The arm.", _unblinded("m.key"), "ledger of allocation",
               empty=_BLIND),
        Column("stratum", Kind.TEXT, "The stratum.", "l.stratum", "ledger of allocation",
               empty="the trial has none"),
        Column("block_id", Kind.INTEGER, "The block of the stratum's sequence.",
               _unblinded("l.block"), "ledger of allocation", empty="no blocks, or blinded"),
        Column("seq_no", Kind.INTEGER, "The place in the stratum's sequence.",
               _unblinded("l.position"), "ledger of allocation", empty="no sequence, or blinded"),
        Column("method", Kind.TEXT, "How it was drawn.", "l.method", "ledger of allocation",
               values={"simple": "each draw for itself", "blocks": "permuted blocks",
                       "stratified": "permuted blocks in each stratum",
                       "minimisation": "minimisation"}),
        Column("probabilities", Kind.TEXT, "The odds of every arm, as JSON.",
               _unblinded("l.probabilities::text"), "ledger of allocation", empty=_BLIND),
        Column("draw", Kind.NUMBER, "The number drawn, from 0 up to 1.", _unblinded("l.draw"),
               "ledger of allocation", empty=_BLIND),
        Column("seed_hash", Kind.TEXT, "SHA-256 of the sealed seed.", "l.seed_hash",
               "ledger of allocation", privacy=Privacy.PROGRAMME),
        Column("policy_version", Kind.TEXT, "The policy of the draw.", "l.policy_version",
               "ledger of allocation", privacy=Privacy.PROGRAMME),
        day_column("day", "l.allocated_at", "When.", "ledger of allocation"),
        minute_column("local_minute", "l.allocated_at", "When.", "ledger of allocation"),
    ),
    ("enrolment_id", "factor", "stage"),
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
 WHERE l.enrolment_id = x.id AND {_OPEN})"""
SUBJECTS = replace(
    ENROLMENTS,
    name="subjects",
    columns=(
        *ENROLMENTS.columns,
        Column("arms", Kind.TEXT, "Factor and arm of each allocation.", _ARMS,
               "ledger of allocation", empty=f"none, or {_BLIND}"),
    ),
)  # fmt: skip
