"""Counts read from the roll-ups: for one campaign, a time and a slice. Nothing here counts rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum

from campaigns.models import Campaign
from research.counts import Count, Counts, Measure
from research.hiding import hidden
from research.models import Counting, DayCount, StandingCount
from research.slice_sql import ARM, NAMES

#: By what figures may be sliced.
SLICES = (*NAMES, ARM)


@dataclass(frozen=True, slots=True)
class Slice:
    """Everybody, unless one of SLICES and a value of it are named. Of an arm the value is
    trial:factor:arm."""

    by: str = ""
    value: str = ""


EVERYBODY = Slice()
_EVERYBODY = {"by": "", "value": ""}


def counts(
    campaign: Campaign, *, since: date | None, until: date, slice_: Slice = EVERYBODY
) -> Counts:
    """Days from `since` (None: the first) to `until`, both counted, and people as they stand."""
    of = {"campaign": campaign, "by": slice_.by, "value": slice_.value}
    days = DayCount.objects.filter(**of, day__lte=until)
    if since is not None:
        days = days.filter(day__gte=since)
    happened = days.values_list("measure", "key", "number", "count", "day")
    standing = StandingCount.objects.filter(**of).values_list("measure", "key", "number", "count")
    return Counts(
        tuple(Count(*row) for row in happened.order_by("day"))
        + tuple(Count(*row) for row in standing)
    )


def counts_of_days(campaigns: Mapping[int, date], *, back: int) -> dict[int, Counts]:
    """Of each campaign its own day and so many before it, and how its people stand; two queries
    for all of them."""
    days = DayCount.objects.filter(
        **_EVERYBODY,
        campaign__in=campaigns,
        day__gte=min(campaigns.values()) - timedelta(days=back),
        day__lte=max(campaigns.values()),
        measure__in=(Measure.TEXT, Measure.HEARD, Measure.LEFT),
    ).values_list("campaign_id", "measure", "key", "number", "count", "day")
    standing = StandingCount.objects.filter(
        **_EVERYBODY, campaign__in=campaigns, measure__in=(Measure.FUNNEL, Measure.STATUS)
    ).values_list("campaign_id", "measure", "key", "number", "count")
    found: dict[int, list[Count]] = {campaign_id: [] for campaign_id in campaigns}
    for campaign_id, measure, key, number, count, day in days:
        found[campaign_id].append(Count(measure, key, number, count, day))
    for campaign_id, measure, key, number, count in standing:
        found[campaign_id].append(Count(measure, key, number, count))
    return {campaign_id: Counts(tuple(rows)) for campaign_id, rows in found.items()}


def people_by_slice(campaign: Campaign) -> dict[str, dict[str, int]]:
    """For each of SLICES its values and how many enrolled are in each, most first, weeks newest
    first; one query. A value of which nobody has enrolled is there, too."""
    rows = (
        StandingCount.objects.filter(campaign=campaign, measure=Measure.FUNNEL)
        .filter(key__in=("began", "enrolled"))
        .exclude(by="")
        .order_by()
        .values_list("by", "value", "key", "count")
    )
    found: dict[str, dict[str, int]] = {by: {} for by in SLICES}
    for by, value, key, count in rows:
        if by in found:
            known = found[by].setdefault(value, 0)
            found[by][value] = known + (count if key == "enrolled" else 0)
    return {by: _in_order(by, values) for by, values in found.items()}


def _in_order(by: str, values: Mapping[str, int]) -> dict[str, int]:
    if by == "cohort":
        return dict(sorted(values.items(), reverse=True))
    return dict(sorted(values.items(), key=lambda pair: (-pair[1], pair[0])))


def is_hidden(campaign: Campaign, slice_: Slice) -> bool:
    """Whether too few people are in the slice, or it would give away one that has too few."""
    if not slice_.by:
        return False
    people = people_by_slice(campaign).get(slice_.by, {})
    return slice_.value in hidden({slice_.value: 0, **people})


def counts_by_value(
    campaign: Campaign, by: str, *, since: date | None, until: date
) -> dict[str, Counts]:
    """Of each value of the slice the counts that are compared; two queries."""
    of = {"campaign": campaign, "by": by}
    days = DayCount.objects.filter(**of, day__lte=until, measure__in=_COMPARED)
    if since is not None:
        days = days.filter(day__gte=since)
    told = days.order_by().values_list("value", "measure", "key").annotate(total=Sum("count"))
    standing = StandingCount.objects.filter(**of, measure__in=_COMPARED)
    found: dict[str, list[Count]] = {}
    for value, measure, key, total in told:
        found.setdefault(value, []).append(Count(measure, key, 0, total))
    stand = standing.values_list("value", "measure", "key", "number", "count")
    for value, measure, key, number, count in stand:
        found.setdefault(value, []).append(Count(measure, key, number, count))
    return {value: Counts(tuple(rows)) for value, rows in found.items()}


_COMPARED = (
    Measure.TEXT, Measure.ASKED, Measure.ANSWERED, Measure.LEFT,
    Measure.FUNNEL, Measure.STATUS, Measure.TRIED,
    Measure.SURVEYED, Measure.REPORTED, Measure.ABSTINENT,
)  # fmt: skip


def counted_at() -> datetime | None:
    """When the figures were last brought up to date; calendar time."""
    found: datetime | None = Counting.objects.values_list("counted_at", flat=True).first()
    return found
