"""Every draw of a trial computed anew from its seed: whether the ledger is what the seed gave."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.models import Trial
from campaigns.trial_rows import plan_of
from campaigns.trial_rules import FactorRule, TrialRule, hash_of, trial_rule
from campaigns.trial_values import FactorStage, Method
from enrolment.drawing import in_blocks, pick, uniform
from enrolment.models.allocation import Allocation
from enrolment.models.decision import Decision


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many draws were looked at, and the ids of those that come out otherwise."""

    seed_fits: bool
    allocations: int
    other_allocations: tuple[int, ...]
    decisions: int
    other_decisions: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        return self.seed_fits and not self.other_allocations and not self.other_decisions


def recompute(trial: Trial) -> Recomputed:
    """Test participants are drawn beside the sequence and left out. Of minimisation the draw and
    the arm it falls on under the odds written down."""
    seed = bytes.fromhex(trial.seed or "")
    rule = trial_rule(plan_of(trial), seed=seed)
    rows = Allocation.objects.filter(trial=trial, is_test=False).select_related("arm", "factor")
    other = tuple(row.pk for row in rows if not _fits(rule, trial, row))
    decisions, others = 0, []
    for row in _drawn_decisions(trial):
        decisions += 1
        options, probabilities = row.options or [], row.probabilities or []
        if row.draw is None or not _is_drawn(seed, row) or not options:
            others.append(row.pk)
            continue
        fell = options[pick(probabilities, row.draw)]
        wanted = row.variant or ("text" if row.outcome == Decision.Outcome.QUEUED else "")
        if wanted and fell != wanted:
            others.append(row.pk)
    return Recomputed(hash_of(seed) == trial.seed_hash, len(rows), other, decisions, tuple(others))


def _fits(rule: TrialRule, trial: Trial, row: Allocation) -> bool:
    factor = rule.factor(row.factor.key)
    if factor is None:
        return False
    if row.stage == FactorStage.SECOND:
        draw = uniform(rule.seed, "again", factor.key, row.enrolment_id)
        return draw == row.draw and _falls(factor, row)
    name = (rule.method.value, factor.key, int(row.policy_version), row.stratum)
    if rule.method in (Method.BLOCKS, Method.STRATIFIED):
        if row.policy_version != str(trial.policy):
            # Of an earlier policy, whose blocks stand in the record alone.
            return True
        place = in_blocks(
            rule.seed,
            name,
            ratio={arm.key: arm.ratio for arm in factor.arms},
            sizes=rule.block_sizes,
            position=row.position or 0,
        )
        return (place.arm, place.block, place.draw) == (row.arm.key, row.block, row.draw)
    words = name if rule.method is Method.SIMPLE else name[:3]
    return uniform(rule.seed, *words, row.position or 0) == row.draw and _falls(factor, row)


def _falls(factor: FactorRule, row: Allocation) -> bool:
    arms = [arm.key for arm in factor.arms]
    return arms[pick([row.probabilities[arm] for arm in arms], row.draw)] == row.arm.key


def _drawn_decisions(trial: Trial) -> Iterator[Decision]:
    """Draws at steps that name this trial; those of a second stage stand in the ledger."""
    rows = Decision.objects.filter(
        enrolment__campaign=trial.campaign_id,
        enrolment__is_test=False,
        draw__isnull=False,
        version__steps__draw__trial=trial.key,
    ).distinct()
    steps: dict[int, Counter[str]] = {}
    for row in rows.select_related("version").iterator():
        if row.version_id not in steps:
            found = row.version.steps.filter(draw__trial=trial.key).exclude(draw__kind="again")
            steps[row.version_id] = Counter(found.values_list("key", flat=True))
        if row.step_key in steps[row.version_id]:
            yield row


def _is_drawn(seed: bytes, row: Decision) -> bool:
    sticky = uniform(seed, "step", row.enrolment_id, row.step_key)
    each = uniform(seed, "step", row.enrolment_id, row.step_key, row.attempt, row.occurrence)
    return row.draw in (sticky, each)
