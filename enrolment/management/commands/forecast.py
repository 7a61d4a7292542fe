import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from campaigns.wording import MissingValue
from enrolment import forecast
from enrolment.forecast import Forecast
from messaging import budget, clock


class Command(BaseCommand):
    help = "What a campaign will send and cost, day by day, from the people in it now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="its key, or organisation/key")
        parser.add_argument("--days", type=int, default=forecast.DAYS)
        parser.add_argument("--json", action="store_true", help="everything, for a program")

    def handle(self, *, campaign: str, days: int, json: bool, **options: object) -> None:
        if not 1 <= days <= 365:
            raise CommandError("--days wants 1 to 365.")
        now = clock.calendar_now()
        try:
            found = forecast.forecast(campaign=_campaign(campaign), now=now, days=days)
        except MissingValue as missing:
            raise CommandError(f"The country variable {missing} has no value.") from missing
        if json:
            self.stdout.write(_as_json(found))
            return
        for line in _lines(found):
            self.stdout.write(line)
        spent_on = found.budget_spent_on(now)
        if spent_on is not None:
            self.stdout.write(f"The monthly budget is spent on {spent_on:%d %B %Y}.")
        notice = budget.notice(sender=found.campaign.sender, now=now)
        if notice:
            self.stdout.write(notice)


def _campaign(named: str) -> Campaign:
    slug, _, key = named.rpartition("/")
    campaigns = Campaign.objects.select_related("sender").filter(key=key)
    if slug:
        campaigns = campaigns.filter(organisation__slug=slug)
    found = list(campaigns[:2])
    if not found:
        raise CommandError(f"There is no campaign {named}.")
    if len(found) > 1:
        raise CommandError(f"Several organisations have a campaign {key}: name organisation/key.")
    return found[0]


def _lines(found: Forecast) -> list[str]:
    lines = [f"{'day':10} {'texts':>9} {'segments':>9} {'at most':>9} {'money':>12}"]
    for label, figures in (("%Y-%m-%d", found.days), ("%Y-%m", found.months)):
        for figure in figures:
            lines.append(
                f"{figure.day.strftime(label):10} {figure.messages:9} {figure.segments:9} "
                f"{figure.most_segments:9} {_money(found, figure.segments):>12}"
            )
    total = found.total
    lines.append(
        f"{'total':10} {total.messages:9} {total.segments:9} {total.most_segments:9} "
        f"{_money(found, total.segments):>12}"
    )
    lines.append(f"{found.people} people; {found.joining} still joining are not counted.")
    if found.is_sample:
        lines.append(
            f"Reckoned from {found.looked_at} of them; with 95 % the totals lie within "
            f"{found.messages_margin} texts and {found.segments_margin} segments."
        )
    return lines


def _money(found: Forecast, segments: int) -> str:
    money = found.money(segments)
    return "" if money is None else budget.amount(money, found.campaign.sender.currency)


def _as_json(found: Forecast) -> str:
    return json.dumps(
        {
            "campaign": found.campaign.key,
            "people": found.people,
            "looked_at": found.looked_at,
            "joining": found.joining,
            "paused_without_end": found.paused_for_good,
            "messages_margin": found.messages_margin,
            "segments_margin": found.segments_margin,
            "segment_price": _plain(found.campaign.sender.segment_price),
            "currency": found.campaign.sender.currency,
            "days": [
                {
                    "day": figure.day.isoformat(),
                    "messages": figure.messages,
                    "segments": figure.segments,
                    "most_segments": figure.most_segments,
                    "money": _plain(found.money(figure.segments)),
                }
                for figure in found.days
            ],
        },
        indent=1,
    )


def _plain(money: Any) -> str | None:
    return None if money is None else str(money)
