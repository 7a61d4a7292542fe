"""Who was drawn into which arm, and what a blinded trial keeps to itself while it runs. Pure."""

from research.bundle.columns import Column, Kind, Privacy, Table
from research.bundle.marks import ENROLMENT_ID, OF_ENROLMENT, PID, day_column, flag

_BLIND = "the trial is blinded and runs"
#: Of a trial `t`: whether its arms are kept back.
VEILED = "(t.blinded AND t.state = 'running' AND NOT %(arms)s::boolean)"
#: Of the campaign: whether any trial's are; asked once a statement.
ANY_VEILED = f"""(SELECT EXISTS (
  SELECT FROM campaigns_trial t WHERE t.campaign_id = %(campaign)s AND {VEILED}))"""
_LEDGER = "ledger of allocation"


def _kept(sql: str) -> str:
    return f"CASE WHEN NOT {VEILED} THEN {sql} END"


ALLOCATIONS = Table(
    "allocations",
    "Allocations",
    "One row for each draw of a person into an arm. While a blinded trial runs, what tells the arm "
    "is empty, unless the bundle was made by somebody who may unblind, for a reason written down.",
    "FROM enrolment_allocation a JOIN bundle_enrolment e ON e.id = a.enrolment_id"
    " JOIN campaigns_trial t ON t.id = a.trial_id JOIN campaigns_factor f ON f.id = a.factor_id"
    " JOIN campaigns_arm r ON r.id = a.arm_id",
    "e.place, a.id",
    (
        ENROLMENT_ID,
        PID,
        Column("trial", Kind.TEXT, "The trial.", "t.key", _LEDGER, privacy=Privacy.PROGRAMME),
        Column("factor", Kind.TEXT, "What is varied; unique in the campaign.", "f.key", _LEDGER,
               privacy=Privacy.PROGRAMME),
        Column("stage", Kind.TEXT, "When it was drawn.", "a.stage", _LEDGER,
               values={"first": "as the person joined", "second": "again, for not responding"}),
        Column("arm", Kind.TEXT, "The arm.", _kept("r.key"), _LEDGER, empty=_BLIND),
        Column("stratum", Kind.TEXT, "The stratum it was drawn in.", "a.stratum", _LEDGER,
               empty="the trial has none"),
        Column("block_id", Kind.INTEGER, "The block of the stratum's sequence.", _kept("a.block"),
               _LEDGER, empty=f"drawn without blocks, or {_BLIND}"),
        Column("seq_no", Kind.INTEGER, "The place in the sequence.", _kept("a.position"), _LEDGER,
               empty=f"drawn without a sequence, or {_BLIND}"),
        Column("method", Kind.TEXT, "How it was drawn.", "a.method", _LEDGER,
               values={"simple": "each for itself", "blocks": "permuted blocks",
                       "stratified": "permuted blocks in each stratum",
                       "minimisation": "minimisation with a biased coin"},
               privacy=Privacy.PROGRAMME),
        Column("probabilities", Kind.TEXT, "The odds of every arm, as JSON.",
               _kept("a.probabilities::text"), _LEDGER, empty=_BLIND),
        Column("draw", Kind.NUMBER, "The number drawn, from 0 up to 1.", _kept("a.draw"), _LEDGER,
               empty=_BLIND),
        Column("policy_version", Kind.TEXT, "The policy of the draw.", "a.policy_version", _LEDGER,
               empty="none", privacy=Privacy.PROGRAMME),
        Column("seed_hash", Kind.TEXT, "SHA-256 of the sealed seed, published before.",
               "a.seed_hash", _LEDGER, privacy=Privacy.PROGRAMME, is_own=True),
        Column("generator", Kind.TEXT, "How the seed is read.", "a.generator", _LEDGER,
               empty="none", privacy=Privacy.PROGRAMME),
        flag("blinded", VEILED, "Whether the arm is kept back here.", "the trial"),
        day_column("day", "a.allocated_at", "When it was drawn.", _LEDGER),
    ),
    ("enrolment_id", "factor", "stage"),
    OF_ENROLMENT,
)  # fmt: skip
