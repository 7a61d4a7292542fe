"""The report of a trial, and its figures as a file."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from campaigns.models import Trial
from enrolment.blinding import may_count
from messaging import clock
from research import trial_about, trial_access, trial_page
from research.indicators.abstinence import TIMES
from research.trial_file import HEADS
from research.trial_page import Report
from trust.admin_base import reach_of
from trust.csv_text import as_csv
from trust.models import User


@staff_member_required
@require_GET
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """?factor= and ?time= say which comparison, and on which survey its flow ends."""
    row = _trial(request, trial_id)
    report = _report(request, row, as_file=False)
    page: dict[str, Any] = {
        "trial": row,
        "campaign": row.campaign,
        "report": report,
        "about": trial_about.about(row, now=report.cut),
        "changes": trial_about.changes(row),
        "factors": trial_page.factors(row),
        "times": TIMES,
        "query": "?" + urlencode(trial_page.query(report.asked)),
    }
    return render(request, "research/trial.html", page)


@staff_member_required
@require_GET
def trial_csv(request: HttpRequest, trial_id: int) -> HttpResponse:
    row = _trial(request, trial_id)
    report = _report(request, row, as_file=True)
    answer = HttpResponse(as_csv(HEADS, report.rows), content_type="text/csv; charset=utf-8")
    name = f"{row.campaign.key}-{row.key}-{report.cut:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _trial(request: HttpRequest, trial_id: int) -> Trial:
    return get_object_or_404(trial_access.begun(reach_of(request)), pk=trial_id)


def _report(request: HttpRequest, row: Trial, *, as_file: bool) -> Report:
    user = request.user
    assert isinstance(user, User), "only users sign in"
    wanted = trial_page.asked(
        trial_page.factors(row),
        factor=request.GET.get("factor", ""),
        time=request.GET.get("time", ""),
    )
    shows_arms = may_count(row, reach_of(request))
    report = trial_page.report(row, wanted, shows_arms=shows_arms, now=clock.calendar_now())
    if not report.hidden:
        trial_access.record_shown(trial=row, actor=user, as_file=as_file)
    return report
