"""All figures of one campaign for one time and slice, read from the roll-ups in a few queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.models import Campaign
from campaigns.schedule import local_day
from research import blinding, tallies
from research.counts import Counts, Measure
from research.groups import Group, groups
from research.indicators import completion, eligible, prolonged, quit_attempts, recontact
from research.indicators import satisfaction as liked
from research.indicators.abstinence import Outcome, abstinence
from research.indicators.cost import Cost, cost
from research.indicators.definition import Line
from research.indicators.dose import Dose, dose, dose_by_day
from research.indicators.funnel import Step, funnel
from research.indicators.hazard import Hazard, hazard
from research.indicators.keywords import Keywords, keywords
from research.indicators.opt_outs import OptOuts, opt_outs
from research.indicators.reach import Reach, reach
from research.indicators.replies import Replies, replies
from research.indicators.retention import Retention, retention
from research.tallies import EVERYBODY, Slice


@dataclass(frozen=True, slots=True)
class Figures:
    """`since` is None for all time; both days are counted, in the campaign's zone."""

    campaign: Campaign
    since: date | None
    until: date
    reach: Reach
    funnel: tuple[Step, ...]
    eligible: tuple[Line, ...]
    dose: Dose
    dose_days: Mapping[date, Dose]
    replies: Replies
    opt_outs: OptOuts
    hazard: Hazard
    staying: Retention
    retention: Retention
    completion: tuple[Line, ...]
    keywords: Keywords
    cost: Cost
    quit_attempts: tuple[Line, ...]
    abstinence: tuple[Outcome, ...]
    prolonged: tuple[Line, ...]
    recontact: tuple[Line, ...]
    satisfaction: tuple[Line, ...]
    #: People with each status.
    status: Mapping[str, int]

    @property
    def active(self) -> int:
        return self.status.get("active", 0)

    @property
    def enrolled(self) -> int:
        return enrolled_in(self.funnel)


def enrolled_in(steps: tuple[Step, ...]) -> int:
    return next((step.count for step in steps if step.key == "enrolled"), 0)


def today_in(campaign: Campaign, now: datetime) -> date:
    return local_day(now, ZoneInfo(campaign.time_zone))


def figures(
    campaign: Campaign, *, since: date | None, until: date, slice_: Slice = EVERYBODY
) -> Figures:
    found = tallies.counts(campaign, since=since, until=until, slice_=slice_)
    return of_counts(campaign, found, since=since, until=until)


def of_counts(campaign: Campaign, found: Counts, *, since: date | None, until: date) -> Figures:
    steps, given = funnel(found), dose(found)
    enrolled, sender = enrolled_in(steps), campaign.sender
    paid = cost(found, price=sender.segment_price, currency=sender.currency, enrolled=enrolled)
    return Figures(
        campaign=campaign,
        since=since,
        until=until,
        reach=reach(found, money=paid.money, currency=paid.currency),
        funnel=steps,
        eligible=eligible.eligible(found),
        dose=given,
        dose_days=_every_day(dose_by_day(found), since, until),
        replies=replies(found),
        opt_outs=opt_outs(found, given.sent),
        hazard=hazard(found, texts_sent=given.sent, since=since, until=until),
        staying=retention(found, "enrolment"),
        retention=retention(found),
        completion=completion.completion(found),
        keywords=keywords(found, enrolled, since=since, until=until),
        cost=paid,
        quit_attempts=quit_attempts.quit_attempts(found),
        abstinence=abstinence(found),
        prolonged=prolonged.prolonged(found),
        recontact=recontact.recontact(found),
        satisfaction=liked.satisfaction(found, enrolled),
        status=found.by_key(Measure.STATUS),
    )


def compared(
    campaign: Campaign, by: str, *, since: date | None, until: date, closed: frozenset[str]
) -> tuple[Group, ...]:
    """The values of one slice, side by side; no arm of a `closed` trial."""
    found = tallies.counts_by_value(campaign, by, since=since, until=until)
    shown = {
        value: of for value, of in found.items() if not blinding.is_closed(Slice(by, value), closed)
    }
    return groups(by, shown)


def _every_day(days: Mapping[date, Dose], since: date | None, until: date) -> Mapping[date, Dose]:
    """A day without a text is a day, too; none before the first text of all."""
    if not days:
        return {}
    first, nothing = max(min(days), since or min(days)), dose(Counts())
    every = (first + timedelta(days=n) for n in range((until - first).days + 1))
    return {day: days.get(day, nothing) for day in every}
