"""Who may see figures by arm: the one rule, asked by every door before it shows any.

While a trial is blinded and running nobody sees its arms apart but those who may unblind. The value
of an arm's slice begins with the trial's key.
"""

from collections.abc import Iterable

from campaigns.models import Campaign, Trial
from research.slice_sql import ARM
from research.tallies import Slice
from trust.scope import Reach

UNBLIND = "trial.unblind"


class Blinded(Exception):
    """Figures by arm were asked for by who may not see them yet."""


def may_unblind(campaign: Campaign, reach: Reach) -> bool:
    return reach.may(UNBLIND, campaign.pk)


def closed_trials(campaign: Campaign, *, may_unblind: bool) -> frozenset[str]:
    """Keys of the trials whose arms are not shown."""
    if may_unblind:
        return frozenset()
    running = Trial.objects.filter(campaign=campaign, blinded=True, state=Trial.State.RUNNING)
    return frozenset(running.values_list("key", flat=True))


def is_closed(slice_: Slice, closed: Iterable[str]) -> bool:
    return slice_.by == ARM and slice_.value.partition(":")[0] in closed
