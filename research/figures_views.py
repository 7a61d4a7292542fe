"""The figures page of a campaign, and each of its tables as a file."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_GET

from campaigns.models import Campaign
from enrolment.blinding import may_unblind as may_unblind_in
from messaging import clock
from research import blinding, figures_page, tallies
from research.figures_page import PERIODS, Asked
from research.groups import SLICE_NAMES, few
from research.hiding import hidden
from research.slice_sql import ARM
from research.tallies import SLICES, Slice
from trust.admin_base import reach_of
from trust.csv_text import as_csv
from trust.scope import scope

EXPORT = "research.export"
#: For each slice its values and how many enrolled are in each.
People = dict[str, dict[str, int]]


@staff_member_required
@require_GET
def figures(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """?days= and ?of= say for which time and whom, ?by= what stands side by side."""
    campaign = _campaign(request, campaign_id)
    reach, people_in = reach_of(request), tallies.people_by_slice(campaign)
    wanted = _asked(request, campaign, people_in)
    people_in = _shown(people_in, wanted)
    page: dict[str, Any] = {
        "campaign": campaign,
        "wanted": wanted,
        "query": "?" + urlencode({"days": wanted.period, "of": wanted.value, "by": wanted.by}),
        "periods": [(key, words) for key, (words, _) in PERIODS.items()],
        "choices": figures_page.choices(people_in),
        "compared": [(by, SLICE_NAMES[by]) for by in SLICES if people_in[by]],
        "counted_at": tallies.counted_at(),
        "closed": bool(wanted.closed),
        "may_sample": any(reach.may(right, campaign.pk) for right in ("person.act", EXPORT)),
        "may_export": reach.may(EXPORT, campaign.pk),
    }
    if _is_hidden(people_in, wanted):
        page["too_few"] = few()
    else:
        found, page["sections"] = figures_page.page_of(campaign, wanted)
        page["headline"] = figures_page.headline(found)
    return render(request, "research/figures.html", page)


@staff_member_required
@require_GET
def figures_csv(request: HttpRequest, campaign_id: int, key: str) -> HttpResponse:
    """In English whoever reads it: a file is read by programs, too."""
    campaign = _campaign(request, campaign_id)
    people_in = tallies.people_by_slice(campaign)
    wanted = _asked(request, campaign, people_in)
    if _is_hidden(people_in, wanted):
        raise Http404
    with translation.override("en-gb"):
        table = figures_page.table_of(campaign, wanted, key)
    if table is None:
        raise Http404
    answer = HttpResponse(
        as_csv(table.heads, table.written), content_type="text/csv; charset=utf-8"
    )
    name = f"{campaign.key}-{key}-{wanted.until:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _campaign(request: HttpRequest, campaign_id: int) -> Campaign:
    campaigns = scope(Campaign.objects.all(), reach_of(request), "campaign.view")
    return get_object_or_404(campaigns.select_related("sender"), pk=campaign_id)


def _is_hidden(people_in: People, wanted: Asked) -> bool:
    slice_ = wanted.slice_
    return bool(slice_.by) and slice_.value in hidden({slice_.value: 0, **people_in[slice_.by]})


def _asked(request: HttpRequest, campaign: Campaign, people_in: People) -> Asked:
    """Where nobody is in an arm there is none to be closed."""
    may_unblind = may_unblind_in(campaign, reach_of(request))
    return figures_page.asked(
        campaign,
        period=request.GET.get("days", ""),
        value=request.GET.get("of", ""),
        by=request.GET.get("by", ""),
        now=clock.calendar_now(),
        closed=blinding.closed_trials(campaign, may_unblind=may_unblind) if people_in[ARM] else (),
    )


def _shown(people_in: People, wanted: Asked) -> People:
    """Without the arms of trials that are closed to this reader."""
    arms = {
        value: count
        for value, count in people_in[ARM].items()
        if not blinding.is_closed(Slice(ARM, value), wanted.closed)
    }
    return {**people_in, ARM: arms}
