"""Who may see an arm: the one place that says so.

While a trial is blinded, nobody sees a person's before somebody with the right has asked for it,
with a reason; then those with the right see it, and nobody else. Figures by arm, of nobody in
particular, are closed to others until the trial is stopped.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.models import Campaign, Trial
from enrolment.models.allocation import Allocation
from enrolment.models.enrolment import Enrolment
from enrolment.models.unblinding import Unblinding
from trust import audit
from trust.models import User
from trust.scope import Reach

UNBLIND = "trial.unblind"


class UnblindRefused(Exception):
    """The message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One trial somebody is in. `arms` is empty where it may not be seen: (factor, arm) by name."""

    trial: Trial
    allocated_at: datetime
    arms: tuple[tuple[str, str], ...] = ()
    may_unblind: bool = False

    @property
    def is_hidden(self) -> bool:
        return not self.arms


def may_unblind(campaign: Campaign, reach: Reach) -> bool:
    return reach.may(UNBLIND, campaign.pk)


def may_count(trial: Trial, reach: Reach) -> bool:
    """Whether figures may be told by arm."""
    is_closed = trial.blinded and trial.state != Trial.State.STOPPED
    return not is_closed or reach.may(UNBLIND, trial.campaign_id)


def closed_trials(campaign: Campaign) -> QuerySet[Trial]:
    """Whose figures by arm are not for everybody; `may_count` of each says the same."""
    open_to_all = Q(blinded=False) | Q(state=Trial.State.STOPPED)
    return Trial.objects.filter(campaign=campaign).exclude(open_to_all)


def seen(*, enrolment: Enrolment, reach: Reach) -> tuple[Seen, ...]:
    """What `reach` may know of the trials this person is in, under whichever enrolment."""
    if not enrolment.arms:
        return ()
    rows = (
        Allocation.objects.filter(
            enrolment__participant=enrolment.participant_id, trial__campaign=enrolment.campaign_id
        )
        .select_related("trial", "factor", "arm")
        .order_by("trial_id", "pk")
    )
    told = set(
        Unblinding.objects.filter(
            enrolment__participant=enrolment.participant_id
        ).values_list("trial_id", flat=True)
    )  # fmt: skip
    may = reach.may(UNBLIND, enrolment.campaign_id)
    found: dict[int, Seen] = {}
    for row in rows:
        known = found.get(row.trial_id) or Seen(row.trial, row.allocated_at, (), may)
        shown = not row.trial.blinded or (may and row.trial_id in told)
        arms = (*known.arms, (row.factor.name, row.arm.name)) if shown else ()
        found[row.trial_id] = Seen(known.trial, known.allocated_at, arms, may)
    return tuple(found.values())


@transaction.atomic
def unblind(
    *, enrolment: Enrolment, trial: Trial, reason: str, actor: User, now: datetime
) -> Unblinding:
    """The caller has asked whether the actor may. Raises UnblindRefused."""
    if not reason.strip():
        raise UnblindRefused("Say why; it stays on record.")
    theirs = Allocation.objects.filter(enrolment__participant=enrolment.participant_id, trial=trial)
    if not theirs.exists():
        raise UnblindRefused("This person is not in that trial.")
    row = Unblinding.objects.create(
        enrolment=enrolment, trial=trial, reason=reason.strip(), actor=actor, told_at=now
    )
    audit.record(
        verb="trial.unblind",
        subject=enrolment,
        actor=actor,
        detail={"trial": trial.key, "unblinding": row.pk},
    )
    return row


@transaction.atomic
def note_refusal(*, enrolment: Enrolment, trial: Trial, actor: User) -> None:
    """Somebody without the right has asked."""
    audit.record(
        verb="trial.unblind.refused",
        subject=enrolment,
        actor=actor,
        detail={"trial": trial.key},
    )
