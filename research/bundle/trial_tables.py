"""Trials: who came, who was drawn into which arm, what steps draw, and what a blinded trial keeps
to itself while it runs. Pure."""

from research.bundle.columns import Column, Kind, Privacy, Table
from research.bundle.marks import ENROLMENT_ID, OF_ENROLMENT, PID, day_column, flag, minute_column
from research.trial_sql import assessed, excluded

_BLIND = "the trial is blinded and runs"
#: Of a trial `t`: whether its arms are kept back.
VEILED = "(t.blinded AND t.state = 'running' AND NOT %(arms)s::boolean)"
#: Of the campaign: whether any trial's are; asked once a statement.
ANY_VEILED = f"""(SELECT EXISTS (
  SELECT FROM campaigns_trial t WHERE t.campaign_id = %(campaign)s AND {VEILED}))"""
_LEDGER = "ledger of allocation"
_DESIGN = "the trial"
STAGES = {"first": "as the person joined", "second": "again, for not responding"}
METHODS = {
    "simple": "each for itself", "blocks": "permuted blocks",
    "stratified": "permuted blocks in each stratum",
    "minimisation": "minimisation with a biased coin",
}  # fmt: skip
ENDS = {
    "allocated": "drawn into an arm: see allocations", "ineligible": "not eligible when asked",
    "left_before": "left before joining was complete",
    "no_consent": "without the consent the trial asks for",
    "not_drawn": "did not meet the trial's rule, or came by a way that draws nobody; of the second "
    "stage, responded or has not come to it", "on_the_way_in": "still in the questions of joining",
}  # fmt: skip


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
               values=STAGES),
        Column("arm", Kind.TEXT, "The arm.", _kept("r.key"), _LEDGER, empty=_BLIND),
        Column("stratum", Kind.TEXT, "The stratum it was drawn in.", "a.stratum", _LEDGER,
               empty="the trial has none"),
        Column("block_id", Kind.INTEGER, "The block of the stratum's sequence.", _kept("a.block"),
               _LEDGER, empty=f"drawn without blocks, or {_BLIND}"),
        Column("seq_no", Kind.INTEGER, "The place in the sequence.", _kept("a.position"), _LEDGER,
               empty=f"drawn without a sequence, or {_BLIND}"),
        Column("method", Kind.TEXT, "How it was drawn.", "a.method", _LEDGER,
               values=METHODS, privacy=Privacy.PROGRAMME),
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
        minute_column("local_minute", "a.allocated_at", "When it was drawn.", _LEDGER),
    ),
    ("enrolment_id", "factor", "stage"),
    OF_ENROLMENT,
)  # fmt: skip

_OF_CAMPAIGN = "t.campaign_id = %(campaign)s AND t.state <> 'draft'"
ASSESSED = Table(
    "assessed",
    "Who came to a trial",
    "One row for each factor of a trial and each enrolment that came to it: of the first stage, "
    "begun while the trial drew people, or allocated; of the second, allocated in the first.",
    "FROM campaigns_trial t JOIN campaigns_factor f ON f.trial_id = t.id"
    " CROSS JOIN bundle_enrolment e JOIN enrolment_enrolment x ON x.id = e.id"
    " LEFT JOIN enrolment_allocation a"
    " ON a.enrolment_id = x.id AND a.factor_id = f.id AND NOT a.is_test"
    f" WHERE {_OF_CAMPAIGN} AND {assessed('x')}",
    "e.place, f.id",
    (
        ENROLMENT_ID,
        PID,
        Column("trial", Kind.TEXT, "The trial.", "t.key", _DESIGN, privacy=Privacy.PROGRAMME),
        Column("factor", Kind.TEXT, "What is varied; unique in the campaign.", "f.key", _DESIGN,
               privacy=Privacy.PROGRAMME),
        Column("end", Kind.TEXT, "What came of it.",
               f"CASE WHEN a.id IS NOT NULL THEN 'allocated' "
               f"ELSE coalesce(nullif({excluded('x').strip()}, ''), 'on_the_way_in') END",
               "enrolment, ledgers of consent and allocation", values=ENDS),
    ),
    ("enrolment_id", "factor"),
    OF_ENROLMENT,
)  # fmt: skip

ARMS = Table(
    "arms",
    "Arms",
    "One row for each arm of each factor of each trial that has begun, but for a blinded one that "
    "runs.",
    "FROM campaigns_arm r JOIN campaigns_factor f ON f.id = r.factor_id"
    f" JOIN campaigns_trial t ON t.id = f.trial_id WHERE {_OF_CAMPAIGN} AND NOT {VEILED}",
    "f.id, r.position, r.id",
    (
        Column("trial", Kind.TEXT, "The trial.", "t.key", _DESIGN, privacy=Privacy.PROGRAMME),
        Column("factor", Kind.TEXT, "What is varied; unique in the campaign.", "f.key", _DESIGN,
               privacy=Privacy.PROGRAMME),
        Column("stage", Kind.TEXT, "When it is drawn.", "f.stage", _DESIGN, values=STAGES,
               privacy=Privacy.PROGRAMME),
        Column("place", Kind.INTEGER, "Its place among the factor's, from 1; the report holds each "
               "other arm against the first.",
               "row_number() OVER (PARTITION BY f.id ORDER BY r.position, r.id)", _DESIGN,
               privacy=Privacy.PROGRAMME),
        Column("arm", Kind.TEXT, "The arm.", "r.key", _DESIGN, privacy=Privacy.PROGRAMME),
        Column("ratio", Kind.INTEGER, "Its weight beside the others.", "r.ratio", _DESIGN,
               privacy=Privacy.PROGRAMME),
        Column("method", Kind.TEXT, "How people are drawn.", "t.method", _DESIGN, values=METHODS,
               privacy=Privacy.PROGRAMME),
    ),
    ("factor", "arm"),
)  # fmt: skip

_RULE = "s.draw -> 'outcome'"
STEPS_DRAWN = Table(
    "steps_drawn",
    "Drawn steps",
    "One row for each step of each version that draws what comes, for a trial that has begun, but "
    "for a blinded one that runs.",
    "FROM campaigns_step s JOIN campaigns_campaignversion v ON v.id = s.version_id"
    " JOIN campaigns_trial t ON t.campaign_id = v.campaign_id AND t.key = s.draw ->> 'trial'"
    f" WHERE {_OF_CAMPAIGN} AND NOT {VEILED} AND v.published_at IS NOT NULL"
    " AND s.draw ->> 'kind' <> 'again'",
    'v.number, s.key COLLATE "C"',
    (
        Column("version", Kind.INTEGER, "The version.", "v.number", _DESIGN,
               privacy=Privacy.PROGRAMME),
        Column("step", Kind.TEXT, "The step.", "s.key", _DESIGN, privacy=Privacy.PROGRAMME),
        Column("trial", Kind.TEXT, "The trial.", "t.key", _DESIGN, privacy=Privacy.PROGRAMME),
        Column("kind", Kind.TEXT, "What is drawn.", "(s.draw ->> 'kind')", _DESIGN,
               values={"ab": "which wording comes", "micro": "what comes, or nothing"},
               privacy=Privacy.PROGRAMME),
        Column("odds", Kind.TEXT, "The usual odds of every option, as JSON; state may change them. "
               "Of the options, text is the step's own wording, nothing is no text.",
               "(s.draw -> 'options')::text", _DESIGN, privacy=Privacy.PROGRAMME),
        Column("outcome_kind", Kind.TEXT, "What is looked at after each draw.",
               f"({_RULE} ->> 'kind')", _DESIGN, empty="nothing",
               values={"answer": "a readable answer to a question", "reading": "a reading",
                       "keyword": "a text taken for a word", "reply": "any text but STOP"},
               privacy=Privacy.PROGRAMME),
        Column("outcome_of", Kind.TEXT, "The question, measure or word.", f"({_RULE} ->> 'of')",
               _DESIGN, empty="any, or nothing is looked at", privacy=Privacy.PROGRAMME),
        Column("outcome_value", Kind.TEXT, "The answer that counts.", f"({_RULE} ->> 'value')",
               _DESIGN, empty="any, or nothing is looked at", privacy=Privacy.PROGRAMME),
        Column("within_hours", Kind.INTEGER, "The window, from when the step was due.",
               f"({_RULE} ->> 'within_hours')::int", _DESIGN, unit="hours",
               empty="nothing is looked at", privacy=Privacy.PROGRAMME),
    ),
    ("version", "step"),
)  # fmt: skip
