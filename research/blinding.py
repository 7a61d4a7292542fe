"""Slices by arm that are closed to a reader; `enrolment.blinding` says to whom a trial's arms are.

The value of an arm's slice begins with the trial's key.
"""

from collections.abc import Iterable

from campaigns.models import Campaign
from enrolment import blinding
from research.slice_sql import ARM
from research.tallies import Slice


class Blinded(Exception):
    """Figures by arm were asked for by who may not see them yet."""


def closed_trials(campaign: Campaign, *, may_unblind: bool) -> frozenset[str]:
    """Keys of the trials whose arms are not shown."""
    if may_unblind:
        return frozenset()
    return frozenset(blinding.closed_trials(campaign).values_list("key", flat=True))


def is_closed(slice_: Slice, closed: Iterable[str]) -> bool:
    return slice_.by == ARM and slice_.value.partition(":")[0] in closed
