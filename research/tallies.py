"""Counts read from the roll-ups: for one campaign, a time and a slice. Nothing here counts rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum

from campaigns.models import Campaign
from research.counts import Count, Counts, Measure
from research.models import Counting, DayCount, StandingCount

#: By what figures may be sliced, and what people call it.
SLICES: Mapping[str, str] = {"language": "Language", "region": "Region", "dose": "Dose"}


@dataclass(frozen=True, slots=True)
class Slice:
    """Everybody, unless one of SLICES and a value of it are named."""

    by: str = ""
    value: str = ""

    def of(self, rows: "QuerySet[DayCount] | QuerySet[StandingCount]") -> "QuerySet[DayCount]":
        return rows.filter(**{self.by: self.value}) if self.by in SLICES else rows  # type: ignore[return-value]


EVERYBODY = Slice()


def counts(
    campaign: Campaign, *, since: date | None, until: date, slice_: Slice = EVERYBODY
) -> Counts:
    """Days from `since` (None: the first) to `until`, both counted, and people as they stand."""
    days = DayCount.objects.filter(campaign=campaign, day__lte=until)
    if since is not None:
        days = days.filter(day__gte=since)
    happened = (
        slice_.of(days)
        .order_by("day")
        .values_list("measure", "key", "number", "day")
        .annotate(total=Sum("count"))
    )
    standing = (
        slice_.of(StandingCount.objects.filter(campaign=campaign))
        .order_by("measure")
        .values_list("measure", "key", "number")
        .annotate(total=Sum("count"))
    )
    return Counts(
        tuple(Count(measure, key, number, total, day) for measure, key, number, day, total in happened)
        + tuple(Count(measure, key, number, total) for measure, key, number, total in standing)
    )


def counts_of_day(campaigns: Mapping[int, date]) -> dict[int, Counts]:
    """Of each campaign its own day, and how its people stand; two queries for all of them."""
    days = (
        DayCount.objects.filter(campaign__in=campaigns, day__in=set(campaigns.values()))
        .order_by("day")
        .values_list("campaign_id", "measure", "key", "number", "day")
        .annotate(total=Sum("count"))
    )
    standing = (
        StandingCount.objects.filter(
            campaign__in=campaigns, measure__in=(Measure.FUNNEL, Measure.STATUS)
        )
        .order_by("measure")
        .values_list("campaign_id", "measure", "key", "number")
        .annotate(total=Sum("count"))
    )
    found: dict[int, list[Count]] = {campaign_id: [] for campaign_id in campaigns}
    for campaign_id, measure, key, number, day, total in days:
        if campaigns[campaign_id] == day:
            found[campaign_id].append(Count(measure, key, number, total, day))
    for campaign_id, measure, key, number, total in standing:
        found[campaign_id].append(Count(measure, key, number, total))
    return {campaign_id: Counts(tuple(rows)) for campaign_id, rows in found.items()}


def values_of(campaign: Campaign, by: str) -> dict[str, int]:
    """The values of a slice, and how many people are in each, most first."""
    rows = (
        StandingCount.objects.filter(campaign=campaign, measure=Measure.STATUS)
        .order_by()
        .values_list(by)
        .annotate(total=Sum("count"))
    )
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def slices_of(
    campaign: Campaign, by: str, *, measures: Collection[Measure]
) -> dict[str, Counts]:
    """How people of each value stand; one query."""
    rows = (
        StandingCount.objects.filter(campaign=campaign, measure__in=measures)
        .order_by()
        .values_list(by, "measure", "key", "number")
        .annotate(total=Sum("count"))
    )
    found: dict[str, list[Count]] = {}
    for value, measure, key, number, total in rows:
        found.setdefault(value, []).append(Count(measure, key, number, total))
    return {value: Counts(tuple(counted)) for value, counted in sorted(found.items())}


def counted_at() -> datetime | None:
    """When the figures were last brought up to date; calendar time."""
    found: datetime | None = Counting.objects.values_list("counted_at", flat=True).first()
    return found
