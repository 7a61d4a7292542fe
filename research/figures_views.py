"""The figures page of a campaign, and each of its tables as a file."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from campaigns.models import Campaign
from messaging import clock
from research import figures_page, tallies
from research.csv_text import as_csv
from research.figures_page import PERIODS, Asked
from trust.admin_base import reach_of
from trust.scope import scope


@staff_member_required
@require_GET
def figures(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """?days= and ?of= say for which time and whom."""
    campaign = _campaign(request, campaign_id)
    wanted = _asked(request, campaign)
    found, sections = figures_page.page_of(campaign, wanted)
    page: dict[str, Any] = {
        "campaign": campaign,
        "sections": sections,
        "headline": figures_page.headline(found),
        "wanted": wanted,
        "query": "?" + urlencode({"days": wanted.period, "of": wanted.value}),
        "periods": [(key, words) for key, (words, _) in PERIODS.items()],
        "choices": figures_page.choices(campaign),
        "counted_at": tallies.counted_at(),
        "may_export": reach_of(request).may("research.export", campaign.pk),
    }
    return render(request, "research/figures.html", page)


@staff_member_required
@require_GET
def figures_csv(request: HttpRequest, campaign_id: int, key: str) -> HttpResponse:
    campaign = _campaign(request, campaign_id)
    wanted = _asked(request, campaign)
    table = figures_page.table_of(campaign, wanted, key)
    if table is None:
        raise Http404
    answer = HttpResponse(as_csv(table.heads, table.rows), content_type="text/csv; charset=utf-8")
    name = f"{campaign.key}-{key}-{wanted.until:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _campaign(request: HttpRequest, campaign_id: int) -> Campaign:
    campaigns = scope(Campaign.objects.all(), reach_of(request), "campaign.view")
    return get_object_or_404(campaigns.select_related("sender"), pk=campaign_id)


def _asked(request: HttpRequest, campaign: Campaign) -> Asked:
    return figures_page.asked(
        campaign,
        period=request.GET.get("days", ""),
        value=request.GET.get("of", ""),
        now=clock.calendar_now(),
    )
