"""Samples for follow-up calls: drawn by researchers and managers, called by those who may."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.models import Campaign
from campaigns.version_door import user_of
from enrolment import call_lists, samples
from enrolment.call_page import ACT, REVEAL
from enrolment.models.follow_up_sample import FollowUpSample
from enrolment.sample_forms import SampleForm
from messaging.clock import calendar_now
from trust.scope import reach_of, scope
from trust.telling import Day

EXPORT = "research.export"
_SHOWN = 20


@staff_member_required
@require_http_methods(["GET", "POST"])
def samples_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The samples of a campaign, and a new one."""
    reach = reach_of(request)
    every = Campaign.objects.all()
    seen = scope(every, reach, ACT).values("pk").union(scope(every, reach, EXPORT).values("pk"))
    campaign = get_object_or_404(every.filter(pk__in=seen), pk=campaign_id)
    posted = request.POST if request.method == "POST" else None
    form = SampleForm(posted, surveys=list(call_lists.surveys(campaign).values()))
    if posted is not None and form.is_valid():
        try:
            drawn = samples.draw(
                campaign=campaign,
                wanted=form.wanted,
                stratum=form.cleaned_data["stratum"],
                actor=user_of(request),
                now=calendar_now(),
            )
            return redirect("enrolment:sample", drawn.pk)
        except call_lists.CallListRefused as refused:
            form.add_error(None, str(refused))
    found = _samples(request).filter(campaign=campaign)[:_SHOWN]
    return render(
        request,
        "enrolment/samples.html",
        {"campaign": campaign, "samples": found, "form": form},
    )


@staff_member_required
@require_http_methods(["GET", "POST"])
def sample_view(request: HttpRequest, sample_id: int) -> HttpResponse:
    sample = get_object_or_404(_samples(request), pk=sample_id)
    reach = reach_of(request)
    may_call = reach.may(ACT, sample.campaign_id)
    if request.method == "POST":
        if not may_call:
            raise PermissionDenied
        return _call_list(request, sample)
    page = {
        "sample": sample,
        "due_from": Day(sample.due_from, "d MMM y"),
        "due_to": Day(sample.due_to, "d MMM y"),
        "is_drawn_again": samples.is_drawn_again(sample),
        "may_call": may_call,
        "may_reveal": may_call and reach.may(REVEAL, sample.campaign_id),
        "call_list": getattr(sample, "call_list", None),
    }
    return render(request, "enrolment/sample.html", page)


@staff_member_required
@require_http_methods(["GET", "POST"])
def sample_file(request: HttpRequest, sample_id: int) -> HttpResponse:
    """By GET with handles alone; by POST, which is a deed, with the numbers."""
    sample = get_object_or_404(_samples(request), pk=sample_id)
    with_numbers = request.method == "POST"
    reach = reach_of(request)
    if with_numbers and not (
        reach.may(ACT, sample.campaign_id) and reach.may(REVEAL, sample.campaign_id)
    ):
        raise PermissionDenied
    text = samples.written(sample=sample, actor=user_of(request), with_numbers=with_numbers)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"{sample.campaign.key}-sample-{sample.pk}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _call_list(request: HttpRequest, sample: FollowUpSample) -> HttpResponse:
    try:
        made = call_lists.make_of(sample=sample, actor=user_of(request), now=calendar_now())
    except call_lists.CallListRefused as refused:
        messages.error(request, str(refused))
        return redirect("enrolment:sample", sample.pk)
    messages.success(request, _("The sample is a call list now."))
    return redirect("enrolment:call_list", made.pk)


def _samples(request: HttpRequest) -> QuerySet[FollowUpSample]:
    reach = reach_of(request)
    every = FollowUpSample.objects.all()
    seen = (
        scope(every, reach, ACT)
        .order_by()
        .values("pk")
        .union(scope(every, reach, EXPORT).order_by().values("pk"))
    )
    return every.filter(pk__in=seen).select_related("campaign", "drawn_by", "call_list")
