"""What the page of one trial shows, and to whom."""

from dataclasses import dataclass

from django.db.models import Count

from campaigns import trials
from campaigns.models import Arm, CampaignVersion, Step, Trial
from enrolment import blinding
from enrolment.models.allocation import Allocation
from enrolment.models.unblinding import Unblinding
from trust.scope import Reach

VIEW, MANAGE = "campaign.view", "trial.manage"


@dataclass(frozen=True, slots=True)
class ArmRow:
    """`people` is None where it may not be told."""

    factor: str
    arm: Arm
    people: int | None


@dataclass(frozen=True, slots=True)
class TrialPage:
    arms: list[ArmRow]
    draws: list[Step]
    people: int
    test_people: int
    may_manage: bool
    may_count: bool
    sees_odds: bool
    unblinded: int
    #: Of a draft: what keeps it from starting.
    faults: list[str]


def trial_page(trial: Trial, reach: Reach) -> TrialPage:
    may_manage = reach.may(MANAGE, trial.campaign_id)
    is_draft = trial.state == Trial.State.DRAFT
    may_count = blinding.may_count(trial, reach)
    rows = Allocation.objects.filter(trial=trial)
    first = rows.filter(stage="first", is_test=False)
    return TrialPage(
        arms=_arms(trial, may_count=may_count and not is_draft),
        draws=_draws(trial),
        people=first.values("enrolment").distinct().count(),
        test_people=rows.filter(is_test=True).values("enrolment").distinct().count(),
        may_manage=may_manage,
        may_count=may_count,
        sees_odds=is_draft or may_count,
        unblinded=Unblinding.objects.filter(trial=trial).count(),
        faults=trials.faults_at_start(trial) if is_draft and may_manage else [],
    )


def _arms(trial: Trial, *, may_count: bool) -> list[ArmRow]:
    arms = Arm.objects.filter(factor__trial=trial).select_related("factor", "version")
    counted = dict(
        Allocation.objects.filter(trial=trial, is_test=False)
        .order_by()
        .values_list("arm")
        .annotate(people=Count("pk"))
    )
    return [
        ArmRow(str(arm.factor), arm, counted.get(arm.pk, 0) if may_count else None)
        for arm in arms.order_by("factor__position", "position")
    ]


def _draws(trial: Trial) -> list[Step]:
    """Of the version people join now."""
    live = trial.campaign.versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
    return list(Step.objects.filter(version=live, draw__trial=trial.key)) if live else []


def planned(campaign_id: int) -> list[CampaignVersion]:
    """Versions whose pack plans trials, newest first."""
    versions = CampaignVersion.objects.filter(campaign=campaign_id).order_by("-number")
    return [version for version in versions[:20] if version.pack.get("trials")]
