"""The rows of trials read: as the plan they were made from, and as the rules that are in force."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from campaigns.models.arm import Arm
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.trial import Trial
from campaigns.trial_rules import TrialRule, hash_of, trial_rule
from campaigns.trial_values import PackArm, PackFactor, PackTrial, trial_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class InForce:
    """A trial that has started, with the ids that a line of the ledger needs."""

    trial_id: int
    rule: TrialRule
    seed_hash: str
    generator: str
    factor_ids: Mapping[str, int] = field(default_factory=dict)
    #: (factor, arm) -> id.
    arm_ids: Mapping[tuple[str, str], int] = field(default_factory=dict)
    #: (factor, arm) -> id of the edition it pins.
    version_ids: Mapping[tuple[str, str], int] = field(default_factory=dict)


def in_force(campaign_ids: Collection[int]) -> dict[int, tuple[InForce, ...]]:
    """By campaign, those running and those stopped: people keep their arms, nobody is drawn."""
    return in_force_of(
        Trial.objects.filter(campaign_id__in=campaign_ids).exclude(state=Trial.State.DRAFT)
    )


def in_force_of(trials: Iterable[Trial]) -> dict[int, tuple[InForce, ...]]:
    found: dict[int, tuple[InForce, ...]] = {}
    for trial in _whole(trials):
        of_campaign = found.get(trial.campaign_id, ())
        found[trial.campaign_id] = (*of_campaign, _in_force(trial))
    return found


def _whole(trials: Iterable[Trial]) -> list[Trial]:
    """With factors and arms, in three queries for all of them."""
    ids = [trial.pk for trial in trials]
    rows = Trial.objects.filter(pk__in=ids).order_by("pk")
    return list(rows.prefetch_related("factors__arms__version"))


def _in_force(trial: Trial) -> InForce:
    factors = list(trial.factors.all())
    arms = [(factor, arm) for factor in factors for arm in factor.arms.all()]
    return InForce(
        trial_id=trial.pk,
        rule=rule_of(trial),
        seed_hash=trial.seed_hash,
        generator=trial.generator,
        factor_ids={factor.key: factor.pk for factor in factors},
        arm_ids={(factor.key, arm.key): arm.pk for factor, arm in arms},
        version_ids={
            (factor.key, arm.key): arm.version_id for factor, arm in arms if arm.version_id
        },
    )


def rule_of(trial: Trial) -> TrialRule:
    """A seed that is not the one whose hash was published draws nobody any more."""
    seed = bytes.fromhex(trial.seed or "")
    is_running = trial.state == Trial.State.RUNNING
    if is_running and hash_of(seed) != trial.seed_hash:
        log.error("trial_seed_is_another", trial_id=trial.pk)
        is_running, seed = False, b""
    return trial_rule(
        plan_of(trial), policy=trial.policy, is_running=is_running, seed=seed if is_running else b""
    )


def plan_of(trial: Trial) -> PackTrial:
    """Without the draws at steps: those stand in the version, and a second stage's step too."""
    return PackTrial(
        key=trial.key,
        name=trial.name,
        about=trial.about,
        method=trial.method,
        strata=tuple(trial.strata),
        block_sizes=tuple(trial.block_sizes),
        coin=trial.coin,
        eligible=trial.eligible,
        consent=trial.consent,
        blinded=trial.blinded,
        factors=tuple(
            PackFactor(
                key=factor.key,
                name=factor.name,
                stage=factor.stage,
                non_responder=factor.non_responder,
                tailoring=factor.tailoring,
                arms=tuple(_arm(arm) for arm in factor.arms.all()),
            )
            for factor in trial.factors.all()
        ),
    )


def _arm(arm: Arm) -> PackArm:
    return PackArm(
        key=arm.key,
        name=arm.name,
        ratio=arm.ratio,
        version=arm.version.number if arm.version else 0,
        profile=arm.profile,
        when=arm.when,
        delay_days=arm.delay_days,
        assessment_only=arm.assessment_only,
    )


def planned_in(version: CampaignVersion) -> tuple[PackTrial, ...]:
    """The trials a version was written for."""
    return tuple(trial_of(written) for written in version.pack.get("trials", ()))
