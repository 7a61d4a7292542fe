"""What a campaign will send and cost, from the people who are in it now. Reads, writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from campaigns.models import Campaign
from campaigns.schedule import instant_at, local_day
from enrolment import forecast_figures
from enrolment.claiming import load_states
from enrolment.forecast_figures import Figure, Tally, coming_texts
from enrolment.forecast_sizes import Sizes
from enrolment.models.enrolment import Enrolment
from messaging import budget

DAYS = 90
#: With more people a sample is taken.
EXACT_UP_TO = 20_000
_SAMPLE = 2_000
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Forecast:
    """`people` are those active or paused, `looked_at` those counted one by one; with fewer of
    these than of those the figures are scaled, and the margins half a 95 % interval of the totals.

    Not in it: people still joining (`joining`), pauses without an end (`paused_for_good`), replies,
    answers to keywords, HELP and STOP.
    """

    campaign: Campaign
    days: tuple[Figure, ...]
    people: int
    looked_at: int
    joining: int
    paused_for_good: int
    messages_margin: int
    segments_margin: int

    @property
    def is_sample(self) -> bool:
        return self.looked_at < self.people

    @property
    def is_priced(self) -> bool:
        return self.campaign.sender.segment_price is not None

    @property
    def total(self) -> Figure:
        return forecast_figures.summed(self.days, self.days[0].day)

    @property
    def months(self) -> list[Figure]:
        return forecast_figures.by_month(self.days)

    def money(self, segments: int) -> Decimal | None:
        """None without a price."""
        price = self.campaign.sender.segment_price
        return None if price is None else segments * price

    def budget_spent_on(self, now: datetime) -> date | None:
        """When this campaign alone will have spent its sender's budget of a month."""
        sender = self.campaign.sender
        standing = budget.standing(sender=sender, now=now)
        if standing.spent is None or sender.segment_price is None or sender.monthly_budget is None:
            return None
        return forecast_figures.spent_on(
            self.days,
            price=sender.segment_price,
            budget=sender.monthly_budget,
            spent=standing.spent,
        )


def forecast(
    *, campaign: Campaign, now: datetime, days: int = DAYS, exact_up_to: int = EXACT_UP_TO
) -> Forecast:
    """Days are the campaign's, from today on. Raises campaigns.wording.MissingValue when a country
    variable has no value.

    The sample is drawn from the campaign's own id: the same people give the same figures.
    """
    zone = ZoneInfo(campaign.time_zone)
    first = local_day(now, zone)
    enrolments = Enrolment.objects.filter(campaign=campaign).order_by()
    ids = sorted(
        enrolments.filter(status__in=_RUNNING, started_at__isnull=False).values_list(
            "pk", flat=True
        )
    )
    chosen = ids
    if len(ids) > exact_up_to:
        chosen = sorted(Random(campaign.pk).sample(ids, min(_SAMPLE, exact_up_to)))
    until = instant_at(first + timedelta(days=days), time.min, zone)
    tally, sizes, paused_for_good = Tally(first, days), dict[int, Sizes](), 0
    for chunk in _chunks(chosen):
        paused_for_good += _add(tally, sizes, chunk, now, until)
    return Forecast(
        campaign=campaign,
        days=tally.figures(len(ids)),
        people=len(ids),
        looked_at=len(chosen),
        joining=enrolments.filter(status=Enrolment.Status.INVITED).count(),
        paused_for_good=round(paused_for_good * len(ids) / max(1, len(chosen))),
        messages_margin=tally.margin(len(ids), "messages"),
        segments_margin=tally.margin(len(ids), "segments"),
    )


_RUNNING = (Enrolment.Status.ACTIVE, Enrolment.Status.PAUSED)


def _add(
    tally: Tally, sizes: dict[int, Sizes], ids: list[int], now: datetime, until: datetime
) -> int:
    """How many of them are paused without an end."""
    paused = Enrolment.objects.filter(pk__in=ids, status=Enrolment.Status.PAUSED).order_by()
    # A paused journey's next look is the end of its pause.
    ends = dict(paused.values_list("pk", "next_due_at"))
    for claimed in load_states(ids, now):
        if claimed.version_id not in sizes:
            sizes[claimed.version_id] = Sizes(claimed.content)
        texts = coming_texts(
            sizes[claimed.version_id],
            claimed.state,
            now=now,
            until=until,
            resumes_at=ends.get(claimed.state.enrolment_id),
        )
        tally.add(texts)
    return sum(end is None for end in ends.values())


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
