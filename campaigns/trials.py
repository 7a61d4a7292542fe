"""A trial made, started, amended and stopped: each a deed on record, with a reason."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.models.arm import Arm
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.factor import Factor
from campaigns.models.trial import Trial
from campaigns.models.trial_change import TrialChange
from campaigns.pack_marks import Names, Problems
from campaigns.pack_trial_checks import check_trials, faults_of
from campaigns.trial_rows import plan_of, planned_in
from campaigns.trial_rules import GENERATOR, hash_of
from campaigns.trial_values import PackArm, PackTrial
from campaigns.unloading import as_pack
from trust import audit
from trust.keys import sealer
from trust.models import User

_SEED_BYTES = 32


class TrialRefused(Exception):
    """The message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What may still change of a running trial; None: stays as it is. ratios: arm's id -> weight.
    Other odds, blocks or rules of who may join are another policy, from then on."""

    name: str | None = None
    about: str | None = None
    blinded: bool | None = None
    eligible: str | None = None
    coin: float | None = None
    block_sizes: tuple[int, ...] | None = None
    ratios: Mapping[int, int] | None = None


@transaction.atomic
def make(*, campaign: Campaign, plan: PackTrial, actor: User | None) -> Trial:
    """A draft; one of the same key that has not started is replaced. Raises TrialRefused."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    faults = list(faults_of(plan))
    if faults:
        raise TrialRefused("; ".join(faults))
    _make_room(campaign, plan)
    trial = Trial.objects.create(
        campaign=campaign,
        key=plan.key,
        name=plan.name,
        about=plan.about,
        method=plan.method,
        strata=list(plan.strata),
        block_sizes=list(plan.block_sizes),
        coin=plan.coin,
        eligible=plan.eligible,
        consent=plan.consent,
        blinded=plan.blinded,
        author=actor,
    )
    for place, factor in enumerate(plan.factors, start=1):
        row = Factor.objects.create(
            trial=trial,
            key=factor.key,
            name=factor.name,
            position=place,
            stage=factor.stage,
            non_responder=factor.non_responder,
            tailoring=factor.tailoring,
        )
        for turn, arm in enumerate(factor.arms, start=1):
            _make_arm(campaign, row, turn, arm)
    audit.record(verb="trial.make", subject=trial, actor=actor, detail={"key": plan.key})
    return trial


def _make_room(campaign: Campaign, plan: PackTrial) -> None:
    """Conditions name a factor alone, so no other trial of the campaign has one of that name."""
    standing = campaign.trials.select_for_update().filter(key=plan.key).first()
    if standing is not None and standing.state != Trial.State.DRAFT:
        raise TrialRefused(f"{standing} has started; amend it on its page, or take another key.")
    if standing is not None:
        Arm.objects.filter(factor__trial=standing).delete()
        standing.factors.all().delete()
        standing.delete()
    keys = [factor.key for factor in plan.factors]
    taken = Factor.objects.filter(trial__campaign=campaign, key__in=keys).first()
    if taken is not None:
        raise TrialRefused(f"The trial {taken.trial} has a factor {taken.key} already; rename one.")


def _make_arm(campaign: Campaign, factor: Factor, place: int, arm: PackArm) -> None:
    version = None
    if arm.version:
        version = campaign.versions.filter(number=arm.version).first()
        if version is None:
            raise TrialRefused(f"Arm {arm.key}: there is no version {arm.version}.")
    Arm.objects.create(
        factor=factor,
        key=arm.key,
        name=arm.name,
        position=place,
        ratio=arm.ratio,
        version=version,
        profile=arm.profile,
        when=arm.when,
        delay_days=arm.delay_days,
        assessment_only=arm.assessment_only,
    )


@transaction.atomic
def take_away(*, trial: Trial, actor: User) -> None:
    """A draft alone. Raises TrialRefused."""
    standing = Trial.objects.select_for_update().get(pk=trial.pk)
    if standing.state != Trial.State.DRAFT:
        raise TrialRefused("A trial that has started is kept; it can only be stopped.")
    audit.record(verb="trial.take_away", subject=standing, actor=actor, detail={"key": trial.key})
    Arm.objects.filter(factor__trial=standing).delete()
    standing.factors.all().delete()
    standing.delete()


@transaction.atomic
def start(*, trial: Trial, reason: str, actor: User, now: datetime) -> Trial:
    """From now on people who join are drawn. The seed is made here, sealed, and nobody has seen it.
    Raises TrialRefused."""
    standing = _held(trial)
    faults = faults_at_start(standing)
    if standing.state != Trial.State.DRAFT or faults:
        raise TrialRefused(" ".join(faults) or "It has started before.")
    seed = secrets.token_bytes(_SEED_BYTES)
    place = Trial._meta.get_field("seed").place
    sealed = sealer(standing.sealing_organisation_id).seal(place, standing.pk, seed.hex())
    standing.move_to(
        Trial.State.RUNNING,
        seed=sealed,
        seed_hash=hash_of(seed),
        generator=GENERATOR,
        started_at=now,
    )
    _note(standing, TrialChange.Kind.START, {}, {}, reason, actor, now)
    return Trial.objects.get(pk=standing.pk)


def faults_at_start(trial: Trial) -> list[str]:
    """What keeps a draft from starting, each a sentence that says what to do."""
    live = trial.campaign.versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
    if live is None:
        return ["Publish a version first: people join that one."]
    pack = as_pack(live)
    planned = next((each for each in planned_in(live) if each.key == trial.key), None)
    plan = with_draws(plan_of(trial), planned)
    problems = Problems()
    others = tuple(each for each in pack.trials if each.key != trial.key)
    check_trials(replace(pack, trials=(*others, plan)), Names(), problems)
    found = [f"{problem.file}: {problem.reason}." for problem in problems.found]
    if planned is not None and with_draws(plan, planned) != planned:
        found.append(
            "The published version plans this trial differently; set it up from the version again, "
            "or publish a version that plans it so."
        )
    for arm in Arm.objects.filter(factor__trial=trial).select_related("version"):
        if arm.version is not None and arm.version.status not in CampaignVersion.FROZEN:
            found.append(f"Arm {arm}: version {arm.version.number} was never published.")
    return found


def with_draws(plan: PackTrial, planned: PackTrial | None) -> PackTrial:
    """The rows' plan with what stands in the version alone: draws, and the second stage's steps."""
    if planned is None:
        return plan
    steps = {factor.key: factor.step for factor in planned.factors}
    factors = tuple(replace(each, step=steps.get(each.key, "")) for each in plan.factors)
    return replace(plan, draws=planned.draws, factors=factors)


@transaction.atomic
def stop(*, trial: Trial, reason: str, actor: User, now: datetime) -> None:
    """Nobody is drawn any more; people keep their arms. Raises TrialRefused."""
    standing = _held(trial)
    if not standing.move_to(Trial.State.STOPPED, stopped_at=now):
        raise TrialRefused("Only a running trial can be stopped.")
    _note(standing, TrialChange.Kind.STOP, {}, {}, reason, actor, now)


@transaction.atomic
def amend(
    *, trial: Trial, amendment: Amendment, reason: str, actor: User, now: datetime
) -> TrialChange:
    """Raises TrialRefused."""
    standing = _held(trial)
    if standing.state != Trial.State.RUNNING:
        raise TrialRefused("Only a running trial is amended; a draft is set up anew.")
    before = _as_told(standing)
    odds = _amend_odds(standing, amendment)
    for name in ("name", "about", "blinded"):
        if (value := getattr(amendment, name)) is not None:
            odds[name] = value
    Trial.objects.filter(pk=standing.pk).update(**odds)
    for arm_id, ratio in (amendment.ratios or {}).items():
        Arm.objects.filter(pk=arm_id, factor__trial=standing).update(ratio=ratio)
    standing = Trial.objects.get(pk=standing.pk)
    after = _as_told(standing)
    if after == before:
        raise TrialRefused("Nothing is different.")
    faults = list(faults_of(plan_of(standing)))
    if faults and standing.factors.exists():
        raise TrialRefused("; ".join(faults))
    changed = {name for name in after if after[name] != before[name]}
    return _note(
        standing,
        TrialChange.Kind.AMEND,
        {name: before[name] for name in changed},
        {name: after[name] for name in changed},
        reason,
        actor,
        now,
    )


def _amend_odds(trial: Trial, amendment: Amendment) -> dict[str, Any]:
    """Columns of another policy, where the odds or who may join change."""
    odds: dict[str, Any] = {}
    if amendment.eligible is not None and amendment.eligible != trial.eligible:
        odds["eligible"] = amendment.eligible
    if amendment.coin is not None and amendment.coin != trial.coin:
        odds["coin"] = amendment.coin
    if amendment.block_sizes is not None and list(amendment.block_sizes) != trial.block_sizes:
        odds["block_sizes"] = list(amendment.block_sizes)
    ratios = dict(Arm.objects.filter(factor__trial=trial).values_list("pk", "ratio"))
    other = any(ratios.get(pk) != ratio for pk, ratio in (amendment.ratios or {}).items())
    if odds or other:
        odds["policy"] = trial.policy + 1
    return odds


def _as_told(trial: Trial) -> dict[str, Any]:
    ratios = Arm.objects.filter(factor__trial=trial).values_list("factor__key", "key", "ratio")
    return {
        "name": trial.name,
        "about": trial.about,
        "blinded": trial.blinded,
        "eligible": trial.eligible,
        "coin": trial.coin,
        "block_sizes": list(trial.block_sizes),
        "ratios": {f"{factor}.{arm}": ratio for factor, arm, ratio in ratios},
    }


def _held(trial: Trial) -> Trial:
    """Locked, so that nobody is drawn meanwhile."""
    rows = Trial.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("campaign").get(pk=trial.pk)


def _note(
    trial: Trial,
    kind: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
    actor: User,
    now: datetime,
) -> TrialChange:
    if not reason.strip():
        raise TrialRefused("Say why; it stays on record.")
    change = TrialChange.objects.create(
        trial=trial,
        kind=kind,
        before=before,
        after=after,
        policy=trial.policy,
        reason=reason.strip(),
        actor=actor,
        changed_at=now,
    )
    audit.record(verb=f"trial.{kind}", subject=trial, actor=actor, detail={"change": change.pk})
    return change
