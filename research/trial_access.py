"""Who may open a trial's report, and that arms were shown in it."""

from django.db.models import QuerySet

from campaigns.models import Trial
from trust import audit
from trust.models import User
from trust.scope import Reach, scope


def begun(reach: Reach) -> QuerySet[Trial]:
    """Trials whose report may be opened; a draft has nobody in it."""
    trials = Trial.objects.exclude(state=Trial.State.DRAFT).select_related("campaign")
    return scope(trials, reach, "campaign.view").order_by("campaign__name", "name", "pk")


def record_shown(*, trial: Trial, actor: User, as_file: bool) -> None:
    """Arms were told to somebody, whatever the trial's state."""
    audit.record(
        verb="trial.report",
        subject=trial,
        actor=actor,
        detail={"state": trial.state, "blinded": trial.blinded, "file": as_file},
    )
