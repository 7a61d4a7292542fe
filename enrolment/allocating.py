"""The draw as people join: which arm, by the trial's own method, in the transaction of joining.

The trial's row is locked, so that two who join at once take two places, and nobody can join between
a look at the next place and the taking of it. The seed stays sealed: what comes next is known to
nobody before it is taken.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max

from campaigns.compiling import compiled
from campaigns.conditions import Facts
from campaigns.models import Factor, Trial
from campaigns.scales import scored
from campaigns.trial_rows import InForce, in_force_of
from campaigns.trial_rules import ArmRule, FactorRule, StratumRule
from campaigns.trial_values import ARM_PREFIX, Method
from enrolment import histories
from enrolment.allocations import beside
from enrolment.claiming import values_of
from enrolment.drawing import in_blocks, minimised, pick, uniform
from enrolment.models.allocation import Allocation
from enrolment.models.enrolment import Enrolment
from enrolment.trial_deciding import belongs
from trust import audit

_UNKNOWN = "unknown"
#: Between the levels of a stratum, and before a value.
_AND, _IS = "|", "="


@dataclass(frozen=True, slots=True)
class Fallen:
    """Where the draw fell. `position` is None beside the sequence."""

    arm: ArmRule
    probabilities: Mapping[str, float]
    draw: float
    position: int | None = None
    block: int | None = None


def allocate(*, enrolment: Enrolment, now: datetime) -> timedelta:
    """Into every running trial that she is for; how much later her programme starts. The arm's
    version, dose and start stand in `enrolment` afterwards. The caller holds the row locks.

    Nobody is drawn twice: who was in before, in an enrolment that has ended, keeps her arm."""
    running = Trial.objects.filter(campaign=enrolment.campaign_id, state=Trial.State.RUNNING)
    ids = list(running.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return timedelta(0)
    locked = Trial.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    trials = in_force_of(list(locked)).get(enrolment.campaign_id, ())
    facts = _facts(enrolment, now)
    held = {}
    for trial in trials:
        if trial.rule.is_running and belongs(trial.rule, facts):
            for factor in trial.rule.first:
                held[factor.key] = _arm(enrolment, trial, factor, facts, now)
    _take_on(enrolment, trials, held)
    days = max((arm.delay_days for arm in held.values()), default=0)
    if days:
        enrolment.begins_at = now + timedelta(days=days)
    enrolment.save(update_fields=["arms", "version", "profile", "begins_at"])
    return timedelta(days=days)


def _arm(
    enrolment: Enrolment, trial: InForce, factor: FactorRule, facts: Facts, now: datetime
) -> ArmRule:
    factor_id = trial.factor_ids[factor.key]
    before = Allocation.objects.filter(
        enrolment__participant=enrolment.participant_id, factor=factor_id
    )
    known = before.order_by("pk").values_list("arm__key", flat=True).first()
    if known is not None and (kept := factor.arm(known)) is not None:
        return kept
    levels = [_level(stratum, facts) for stratum in trial.rule.strata]
    if enrolment.is_test:
        fallen = _beside(trial, factor, enrolment)
    else:
        fallen = _drawn(trial, factor, levels)
    row = Allocation.objects.create(
        enrolment=enrolment,
        trial_id=trial.trial_id,
        factor_id=factor_id,
        arm_id=trial.arm_ids[factor.key, fallen.arm.key],
        stage=Factor.Stage.FIRST,
        stratum=_AND.join(levels),
        block=fallen.block,
        position=fallen.position,
        method=Method.SIMPLE if enrolment.is_test else trial.rule.method,
        probabilities=dict(fallen.probabilities),
        draw=fallen.draw,
        seed_hash=trial.seed_hash,
        generator=trial.generator,
        policy_version=str(trial.rule.policy),
        is_test=enrolment.is_test,
        allocated_at=now,
    )
    # The arm is not told here: the audit is read by people who are blinded.
    audit.record(verb="allocation.make", subject=row, detail={"factor": factor.key})
    return fallen.arm


def _beside(trial: InForce, factor: FactorRule, enrolment: Enrolment) -> Fallen:
    seed = beside(trial.rule, enrolment.pk).seed
    return _by_ratio(factor, uniform(seed, factor.key))


def _drawn(trial: InForce, factor: FactorRule, levels: list[str]) -> Fallen:
    rule, factor_id = trial.rule, trial.factor_ids[factor.key]
    taken = Allocation.objects.filter(factor=factor_id, policy_version=str(rule.policy))
    stratum = _AND.join(levels)
    if rule.method is not Method.MINIMISATION:
        taken = taken.filter(stratum=stratum)
    position = 1 + (taken.aggregate(last=Max("position"))["last"] or 0)
    name = (rule.method.value, factor.key, rule.policy, stratum)
    match rule.method:
        case Method.SIMPLE:
            return _by_ratio(factor, uniform(rule.seed, *name, position), position)
        case Method.BLOCKS | Method.STRATIFIED:
            return _in_blocks(trial, factor, name, position)
        case Method.MINIMISATION:
            ratio = {arm.key: arm.ratio for arm in factor.arms}
            odds = minimised(ratio, _counts(factor_id), levels, rule.coin)
            draw = uniform(rule.seed, *name[:3], position)
            arms = [arm.key for arm in factor.arms]
            arm = factor.arms[pick([odds[key] for key in arms], draw)]
            return Fallen(arm, {key: odds[key] for key in arms}, draw, position)


def _by_ratio(factor: FactorRule, draw: float, position: int | None = None) -> Fallen:
    return Fallen(factor.arms[pick(factor.shares, draw)], _shares(factor), draw, position)


def _in_blocks(
    trial: InForce, factor: FactorRule, name: tuple[str | int, ...], position: int
) -> Fallen:
    ratio = {arm.key: arm.ratio for arm in factor.arms}
    place = in_blocks(
        trial.rule.seed, name, ratio=ratio, sizes=trial.rule.block_sizes, position=position
    )
    arm = factor.arm(place.arm)
    assert arm is not None, "a block is made of the factor's arms"
    return Fallen(arm, _shares(factor), place.draw, position, place.block)


def _shares(factor: FactorRule) -> dict[str, float]:
    return dict(zip((arm.key for arm in factor.arms), factor.shares, strict=True))


def _counts(factor_id: int) -> dict[str, Counter[str]]:
    """People so far, by level and arm, under whatever policy; test participants are not counted."""
    rows = (
        Allocation.objects.filter(factor=factor_id, is_test=False)
        .order_by()
        .values_list("stratum", "arm__key")
        .annotate(people=Count("pk"))
    )
    found: dict[str, Counter[str]] = {}
    for stratum, arm, people in rows:
        for level in stratum.split(_AND):
            found.setdefault(level, Counter())[arm] += people
    return found


def _level(stratum: StratumRule, facts: Facts) -> str:
    if stratum.condition is not None:
        value = "yes" if stratum.condition(facts) else "no"
    else:
        value = str(facts.values.get(stratum.source, _UNKNOWN))
    return f"{stratum.source}{_IS}{value}".replace(_AND, " ")


def _take_on(enrolment: Enrolment, trials: Iterable[InForce], held: Mapping[str, ArmRule]) -> None:
    if held:
        enrolment.arms = {factor: arm.key for factor, arm in held.items()}
    pinned = {key: version_id for trial in trials for key, version_id in trial.version_ids.items()}
    for factor, arm in held.items():
        enrolment.profile = arm.profile or enrolment.profile
        version_id = pinned.get((factor, arm.key))
        if version_id is not None and version_id != enrolment.version_id:
            enrolment.version = type(enrolment.version).objects.get(pk=version_id)


def _facts(enrolment: Enrolment, now: datetime) -> Facts:
    """What is known when somebody has just answered the last question of joining."""
    told = histories.told([enrolment.participant_id]).get(enrolment.participant_id, {})
    answers = {
        **histories.answers([enrolment.pk]).get(enrolment.pk, {}),
        **histories.consents([enrolment.pk]).get(enrolment.pk, {}),
    }
    values = values_of(told, answers)
    content = compiled(enrolment.version)
    return Facts(
        values={
            **values,
            **scored(content.scales, values),
            **{ARM_PREFIX + factor: arm for factor, arm in (enrolment.arms or {}).items()},
            "attempt": enrolment.attempt,
            "profile": content.profile(enrolment.profile),
            "language": enrolment.participant.language,
        },
        days={},
        stages=frozenset(),
    )
