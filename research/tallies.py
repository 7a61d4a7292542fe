"""Counts read from the roll-ups: for one campaign, a time and a slice. Nothing here counts rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
        tuple(
            Count(measure, key, number, total, day) for measure, key, number, day, total in happened
        )
        + tuple(Count(measure, key, number, total) for measure, key, number, total in standing)
    )


def counts_of_days(campaigns: Mapping[int, date], *, back: int) -> dict[int, Counts]:
    """Of each campaign its own day and so many before it, and how its people stand; two queries
    for all of them."""
    days = (
        DayCount.objects.filter(
            campaign__in=campaigns,
            day__gte=min(campaigns.values()) - timedelta(days=back),
            day__lte=max(campaigns.values()),
            measure__in=(Measure.TEXT, Measure.HEARD, Measure.LEFT),
        )
        .order_by()
        .values_list("campaign_id", "measure", "key", "day")
        .annotate(total=Sum("count"))
    )
    standing = (
        StandingCount.objects.filter(
            campaign__in=campaigns, measure__in=(Measure.FUNNEL, Measure.STATUS)
        )
        .order_by()
        .values_list("campaign_id", "measure", "key")
        .annotate(total=Sum("count"))
    )
    found: dict[int, list[Count]] = {campaign_id: [] for campaign_id in campaigns}
    for campaign_id, measure, key, day, total in days:
        found[campaign_id].append(Count(measure, key, 0, total, day))
    for campaign_id, measure, key, total in standing:
        found[campaign_id].append(Count(measure, key, 0, total))
    return {campaign_id: Counts(tuple(rows)) for campaign_id, rows in found.items()}


def people_by_slice(campaign: Campaign) -> dict[str, dict[str, int]]:
    """For each of SLICES its values and how many people are in each, most first; one query."""
    rows = (
        StandingCount.objects.filter(campaign=campaign, measure=Measure.STATUS)
        .order_by()
        .values_list(*SLICES)
        .annotate(total=Sum("count"))
    )
    found: dict[str, Counter[str]] = {by: Counter() for by in SLICES}
    for *values, total in rows:
        for by, value in zip(SLICES, values, strict=True):
            found[by][value] += total
    return {by: dict(counter.most_common()) for by, counter in found.items()}


def counts_by_slice(
    campaign: Campaign, by: Sequence[str], *, since: date | None, until: date
) -> dict[str, dict[str, Counts]]:
    """Of each value of the slices the counts that are compared; two queries for all of them."""
    days = DayCount.objects.filter(
        campaign=campaign,
        day__lte=until,
        measure__in=(Measure.TEXT, Measure.ASKED, Measure.ANSWERED, Measure.LEFT),
    )
    if since is not None:
        days = days.filter(day__gte=since)
    standing = StandingCount.objects.filter(
        campaign=campaign, measure__in=(Measure.FUNNEL, Measure.STATUS)
    )
    found: dict[str, dict[str, list[Count]]] = {each: {} for each in by}
    for rows in (days, standing):
        told = rows.order_by().values_list(*by, "measure", "key").annotate(total=Sum("count"))
        for *values, measure, key, total in told:
            for each, value in zip(by, values, strict=True):
                found[each].setdefault(value, []).append(Count(measure, key, 0, total))
    return {
        each: {value: Counts(tuple(rows)) for value, rows in values.items()}
        for each, values in found.items()
    }


def counted_at() -> datetime | None:
    """When the figures were last brought up to date; calendar time."""
    found: datetime | None = Counting.objects.values_list("counted_at", flat=True).first()
    return found
