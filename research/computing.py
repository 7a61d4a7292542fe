"""One indicator of one campaign, for whoever needs it: pages, the API, bundles."""

from dataclasses import dataclass
from datetime import date, datetime

from campaigns.models import Campaign
from research import blinding, tallies
from research.blinding import Blinded
from research.indicators.definition import Definition
from research.indicators.estimates import INDICATORS, Estimate, Given
from research.slice_sql import ARM
from research.tallies import EVERYBODY, Slice


class UnknownIndicator(KeyError):
    """No indicator has this key."""


@dataclass(frozen=True, slots=True)
class Computed:
    """`estimates` is empty where nothing happened, and where the group is too small to be told:
    then `is_suppressed`. `counted_at` is calendar time, None before the first counting."""

    campaign: str
    definition: Definition
    slice: Slice
    since: date | None
    until: date
    estimates: tuple[Estimate, ...]
    is_suppressed: bool
    counted_at: datetime | None

    @property
    def key(self) -> str:
        return self.definition.key

    @property
    def code_version(self) -> str:
        """Of the definition: rises when the same rows would give another figure."""
        return f"{self.definition.key}/{self.definition.version}"


def compute(
    campaign: Campaign,
    key: str,
    slice_: Slice = EVERYBODY,
    since: date | None = None,
    *,
    until: date,
    may_unblind: bool = False,
) -> Computed:
    """Days from `since` (None: the first) to `until`, both counted, of the campaign's zone; what is
    said of people as they stand is of now. Raises UnknownIndicator, and Blinded for an arm of a
    blinded trial that runs, unless its reader `may_unblind` (`enrolment.blinding.may_unblind`)."""
    found = compute_all(campaign, slice_, since, until=until, may_unblind=may_unblind, keys=(key,))
    return found[0]


def compute_all(
    campaign: Campaign,
    slice_: Slice = EVERYBODY,
    since: date | None = None,
    *,
    until: date,
    may_unblind: bool = False,
    keys: tuple[str, ...] = tuple(INDICATORS),
) -> tuple[Computed, ...]:
    """The same of several, in as many queries as one takes."""
    if unknown := [key for key in keys if key not in INDICATORS]:
        raise UnknownIndicator(unknown[0])
    if slice_.by == ARM:
        closed = blinding.closed_trials(campaign, may_unblind=may_unblind)
        if blinding.is_closed(slice_, closed):
            raise Blinded
    is_suppressed = tallies.is_hidden(campaign, slice_)
    given = None
    if not is_suppressed:
        counts = tallies.counts(campaign, since=since, until=until, slice_=slice_)
        sender = campaign.sender
        given = Given(counts, since, until, sender.segment_price, sender.currency)
    counted_at = tallies.counted_at()
    return tuple(
        Computed(
            campaign.key,
            INDICATORS[key][0],
            slice_,
            since,
            until,
            tuple(INDICATORS[key][1](given)) if given else (),
            is_suppressed,
            counted_at,
        )
        for key in keys
    )
