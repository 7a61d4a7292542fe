"""A trial compiled: how people are drawn into it, and what each arm changes. Pure."""

import hashlib
from dataclasses import dataclass, field

from campaigns.conditions import Condition, compile_condition
from campaigns.trial_values import COIN, FactorStage, Method, PackArm, PackFactor, PackTrial

#: How draws are made from the seed; enrolment.drawing is it.
GENERATOR = "hmac-sha256/1"


@dataclass(frozen=True, slots=True)
class ArmRule:
    """version: the number of an edition, 0 for the one people joined."""

    factor: str
    key: str
    ratio: int = 1
    version: int = 0
    profile: str = ""
    when: Condition | None = None
    delay_days: int = 0
    assessment_only: bool = False


@dataclass(frozen=True, slots=True)
class FactorRule:
    key: str
    arms: tuple[ArmRule, ...]
    stage: FactorStage = FactorStage.FIRST
    non_responder: Condition | None = None
    tailoring: str = ""

    @property
    def ratio_sum(self) -> int:
        return sum(arm.ratio for arm in self.arms)

    @property
    def shares(self) -> tuple[float, ...]:
        """The odds that the ratio stands for."""
        return tuple(arm.ratio / self.ratio_sum for arm in self.arms)

    def arm(self, key: str) -> ArmRule | None:
        return next((arm for arm in self.arms if arm.key == key), None)


@dataclass(frozen=True, slots=True)
class StratumRule:
    """A name whose value makes a stratum, or a condition that makes two."""

    source: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class TrialRule:
    """`seed` is sealed in the database; only a running trial has it here, and it is never shown.
    policy: how often the odds were amended, from 1. is_running: people are drawn."""

    key: str
    method: Method = Method.SIMPLE
    strata: tuple[StratumRule, ...] = ()
    block_sizes: tuple[int, ...] = ()
    coin: float = COIN
    eligible: Condition | None = None
    consent: str = ""
    factors: tuple[FactorRule, ...] = ()
    policy: int = 1
    is_running: bool = False
    seed: bytes = field(default=b"", repr=False, compare=False)

    def factor(self, key: str) -> FactorRule | None:
        return next((factor for factor in self.factors if factor.key == key), None)

    @property
    def first(self) -> tuple[FactorRule, ...]:
        return tuple(one for one in self.factors if one.stage is FactorStage.FIRST)


def trial_rule(
    trial: PackTrial, *, policy: int = 1, is_running: bool = False, seed: bytes = b""
) -> TrialRule:
    """Raises BadCondition."""
    return TrialRule(
        key=trial.key,
        method=Method(trial.method),
        strata=tuple(stratum_rule(source) for source in trial.strata),
        block_sizes=trial.block_sizes,
        coin=trial.coin,
        eligible=_condition(trial.eligible),
        consent=trial.consent,
        factors=tuple(_factor(factor) for factor in trial.factors),
        policy=policy,
        is_running=is_running,
        seed=seed,
    )


def stratum_rule(source: str) -> StratumRule:
    """A condition has more than one word."""
    return StratumRule(source, compile_condition(source) if " " in source.strip() else None)


def _factor(factor: PackFactor) -> FactorRule:
    return FactorRule(
        key=factor.key,
        arms=tuple(_arm(factor.key, arm) for arm in factor.arms),
        stage=FactorStage(factor.stage),
        non_responder=_condition(factor.non_responder),
        tailoring=factor.tailoring,
    )


def _arm(factor: str, arm: PackArm) -> ArmRule:
    return ArmRule(
        factor=factor,
        key=arm.key,
        ratio=arm.ratio,
        version=arm.version,
        profile=arm.profile,
        when=_condition(arm.when),
        delay_days=arm.delay_days,
        assessment_only=arm.assessment_only,
    )


def _condition(source: str) -> Condition | None:
    return compile_condition(source) if source else None


def hash_of(seed: bytes) -> str:
    """What is published at the start."""
    return hashlib.sha256(seed).hexdigest()
