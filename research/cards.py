"""Each live campaign at a glance: who is in it, what today brought, whether its texts leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from campaigns.models import Campaign, CampaignVersion
from messaging.models import Alarm, House, Sender
from research import tallies
from research.charts import Bars, dose_bars
from research.counts import Counts, Measure
from research.figures import today_in
from research.indicators.dose import Dose, dose, dose_by_day
from research.indicators.funnel import funnel
from research.indicators.opt_outs import OptOuts, opt_outs, said
from research.models import Counting
from research.saying import number
from trust.saying import said as spoken
from trust.scope import Reach, scope

#: More would be no glance; the list of campaigns has them all.
MOST = 24
#: Of the small picture.
_DAYS = 14


@dataclass(frozen=True, slots=True)
class Health:
    """Of a sender. `state` is good, uneasy or bad."""

    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    campaign: Campaign
    enrolled: int
    active: int
    joining: int
    today: Dose
    heard: int
    left: OptOuts
    why: str
    health: Health
    bars: Bars
    counted_at: datetime | None


def live(reach: Reach) -> "QuerySet[Campaign]":
    """Campaigns with a published version, with what keeps their texts back and when all was last
    counted."""
    published = CampaignVersion.objects.filter(
        campaign=OuterRef("pk"), status=CampaignVersion.Status.PUBLISHED
    )
    alarm = Alarm.objects.filter(sender=OuterRef("sender"), cleared_at=None).order_by("pk")
    return (
        scope(Campaign.objects.all(), reach, "campaign.view")
        .filter(Exists(published))
        .select_related("sender")
        .annotate(
            alarm=Subquery(alarm.values("kind")[:1]),
            counted_at=Subquery(Counting.objects.values("counted_at")[:1]),
            is_held=Exists(House.objects.filter(held_at__isnull=False)),
        )
        .order_by("name", "pk")
    )


def cards(reach: Reach, *, now: datetime) -> list[Card]:
    found = list(live(reach)[:MOST])
    days = {campaign.pk: today_in(campaign, now) for campaign in found}
    counted = tallies.counts_of_days(days, back=_DAYS - 1) if days else {}
    return [_card(campaign, counted[campaign.pk], days[campaign.pk]) for campaign in found]


def _card(campaign: Campaign, found: Counts, today: date) -> Card:
    here = found.on(today)
    given, status = dose(here), found.by_key(Measure.STATUS)
    left = opt_outs(here, given.sent)
    steps = {step.key: step.count for step in funnel(found)}
    return Card(
        campaign=campaign,
        enrolled=steps["enrolled"],
        active=status["active"],
        joining=status["invited"],
        today=given,
        heard=here.total(Measure.HEARD),
        left=left,
        why=", ".join(f"{spoken(said(why))} {number(n)}" for why, n in left.reasons.items()),
        health=health(
            campaign.sender,
            getattr(campaign, "alarm", None),
            is_held=getattr(campaign, "is_held", False),
        ),
        bars=dose_bars(_last_days(dose_by_day(found), today)),
        counted_at=getattr(campaign, "counted_at", None),
    )


def _last_days(days: Mapping[date, Dose], today: date) -> dict[date, Dose]:
    nothing = dose(Counts())
    every = (today - timedelta(days=back) for back in reversed(range(_DAYS)))
    return {day: days.get(day, nothing) for day in every}


def health(sender: Sender, alarm: str | None, *, is_held: bool) -> Health:
    """`is_held`: nothing of the whole house leaves."""
    if is_held:
        return Health("bad", _("Sending is held: nothing leaves"))
    if alarm is not None:
        return Health("bad", _("Texts wait: %(why)s") % {"why": Alarm.Kind(alarm).label})
    if not sender.is_active:
        return Health("bad", _("The sender is switched off"))
    if sender.budget_state == Sender.BudgetState.STOPPED:
        return Health("bad", _("The month's budget is spent"))
    if sender.budget_state == Sender.BudgetState.WARNED:
        return Health("uneasy", _("The month's budget is nearly spent"))
    return Health("good", _("Texts leave as planned"))
