"""The forecast page: what a campaign will send and cost over the next 90 days."""

from datetime import datetime
from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns.models import Campaign
from campaigns.wording import MissingValue
from enrolment import forecast as forecasting
from enrolment.forecast import Forecast
from enrolment.forecast_chart import chart
from enrolment.forecast_figures import Figure
from messaging import budget, clock
from trust.admin_base import reach_of
from trust.scope import scope

#: A page is waited for; the command counts everybody.
_EXACT_UP_TO = 2_000


@staff_member_required
@require_GET
def forecast(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaigns = scope(Campaign.objects.all(), reach_of(request), "campaign.view")
    all_of_them = list(campaigns.select_related("sender"))
    campaign = next((one for one in all_of_them if one.pk == campaign_id), None)
    if campaign is None:
        raise Http404
    now = clock.calendar_now()
    standing = budget.standing(sender=campaign.sender, now=now)
    context: dict[str, Any] = {
        "campaign": campaign,
        "others": [one for one in all_of_them if one.pk != campaign_id],
        "notice": budget.notice(sender=campaign.sender, now=now, found=standing),
        "month_so_far": budget.told(sender=campaign.sender, now=now, found=standing),
    }
    try:
        found = forecasting.forecast(campaign=campaign, now=now, exact_up_to=_EXACT_UP_TO)
    except MissingValue as missing:
        context["missing"] = str(missing)
        return render(request, "enrolment/forecast.html", context, status=409)
    return render(request, "enrolment/forecast.html", {**context, **_figures(found, now, standing)})


def _figures(found: Forecast, now: datetime, standing: budget.Standing) -> dict[str, Any]:
    drawn = chart(found.days)
    return {
        "forecast": found,
        "people": f"{found.people:,}",
        "looked_at": f"{found.looked_at:,}",
        "joining": found.joining,
        "paused_for_good": found.paused_for_good,
        "messages_margin": f"{found.messages_margin:,}",
        "segments_margin": f"{found.segments_margin:,}",
        "chart": drawn,
        "chart_most": f"{drawn.most:,}",
        "currency": found.campaign.sender.currency if found.is_priced else "",
        "total": _row(found, found.total),
        "months": [_row(found, month) for month in found.months],
        "days": [_row(found, day) for day in found.days],
        "budget_spent_on": found.budget_spent_on(now, standing),
    }


def _row(found: Forecast, figure: Figure) -> dict[str, Any]:
    return {
        "day": figure.day,
        "messages": f"{figure.messages:,}",
        "segments": f"{figure.segments:,}",
        "most_segments": f"{figure.most_segments:,}",
        "money": _money(found, figure.segments),
        "most_money": _money(found, figure.most_segments),
    }


def _money(found: Forecast, segments: int) -> str:
    money = found.money(segments)
    return "" if money is None else f"{money:,.2f}"
