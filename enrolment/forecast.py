"""What a campaign will send and cost, from the people who are in it now. Reads, writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection

from campaigns.models import Campaign
from campaigns.schedule import instant_at, local_day
from enrolment import forecast_figures
from enrolment.claiming import load_states
from enrolment.forecast_figures import Figure, Tally, coming_texts
from enrolment.forecast_sizes import Sizes
from enrolment.models.enrolment import Enrolment
from enrolment.people_sample import some_of
from messaging import budget

DAYS = 90
#: With more people a sample is taken.
EXACT_UP_TO = 20_000
_SAMPLE = 2_000
_CHUNK = 2_000

# Counted by an index alone. Of more people than can be looked at one by one nobody is listed.
_COUNT = """
WITH counted AS MATERIALIZED (
    SELECT count(*) FILTER (WHERE status IN ('active', 'paused')) AS people,
           count(*) FILTER (WHERE status = 'invited') AS joining
      FROM enrolment_enrolment
     WHERE campaign_id = %(campaign)s AND status IN ('active', 'paused', 'invited')
), listed AS (
    SELECT id, status = 'paused' AS is_paused, next_due_at FROM enrolment_enrolment
     WHERE campaign_id = %(campaign)s AND status IN ('active', 'paused')
     LIMIT (SELECT CASE WHEN people > %(exact)s THEN 0 ELSE people END FROM counted)
)
SELECT counted.people, counted.joining, listed.* FROM counted LEFT JOIN listed ON true
"""


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

    def budget_spent_on(
        self, now: datetime, standing: budget.Standing | None = None
    ) -> date | None:
        """When this campaign alone will have spent its sender's budget of a month. `standing`:
        where it has been read."""
        sender = self.campaign.sender
        standing = standing or budget.standing(sender=sender, now=now)
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
    """
    zone = ZoneInfo(campaign.time_zone)
    first = local_day(now, zone)
    drawn = _draw(campaign, exact_up_to)
    chosen, people = sorted(drawn.resumes_at), drawn.people
    until = instant_at(first + timedelta(days=days), time.min, zone)
    tally, sizes, paused_for_good = Tally(first, days), dict[int, Sizes](), 0
    for chunk in _chunks(chosen):
        paused_for_good += _add(tally, sizes, chunk, drawn.resumes_at, now, until)
    return Forecast(
        campaign=campaign,
        days=tally.figures(people),
        people=people,
        looked_at=len(chosen),
        joining=drawn.joining,
        paused_for_good=round(paused_for_good * people / max(1, len(chosen))),
        messages_margin=tally.margin(people, "messages"),
        segments_margin=tally.margin(people, "segments"),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """How many are active or paused, and how many still joining; of the first all, or a sample:
    their ids, and when whoever is paused goes on (None: never by itself)."""

    people: int
    joining: int
    resumes_at: dict[int, tuple[bool, datetime | None]]


def _draw(campaign: Campaign, exact_up_to: int) -> _Drawn:
    """By the campaign's own id: the same people give the same figures."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"campaign": campaign.pk, "exact": exact_up_to})
        rows = cursor.fetchall()
    people, joining = rows[0][:2]
    # A paused journey's next look is the end of its pause.
    resumes_at = {pk: (is_paused, at) for _, _, pk, is_paused, at in rows if pk}
    if people > exact_up_to:
        statuses = (Enrolment.Status.ACTIVE, Enrolment.Status.PAUSED)
        meant = Enrolment.objects.filter(campaign=campaign, status__in=statuses)
        ids = some_of(meant, seed=campaign.pk, count=min(_SAMPLE, exact_up_to))
        resumes_at = {
            pk: (status == Enrolment.Status.PAUSED, at)
            for pk, status, at in meant.filter(pk__in=ids).values_list(
                "pk", "status", "next_due_at"
            )
        }
    return _Drawn(people, joining, resumes_at)


def _add(
    tally: Tally,
    sizes: dict[int, Sizes],
    ids: list[int],
    resumes_at: dict[int, tuple[bool, datetime | None]],
    now: datetime,
    until: datetime,
) -> int:
    """How many of them are paused without an end."""
    ends = {pk: resumes_at[pk][1] for pk in ids if resumes_at[pk][0]}
    for claimed in load_states(ids, now, wary=False):
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
