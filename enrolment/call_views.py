"""The staff call list: who is to be called for a survey, one call at a time."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from campaigns.models import Campaign
from campaigns.version_door import user_of
from enrolment import call_lists, calls
from enrolment.call_forms import CallListForm, OutcomeForm
from enrolment.call_page import (
    ACT,
    asked_in_words,
    call_page,
    calls_of,
    list_page,
    lists_of,
    lists_page,
    questions_for,
)
from enrolment.models.call import Call
from enrolment.models.call_list import CallList
from messaging.clock import calendar_now
from trust import audit
from trust.scope import reach_of, scope


@staff_member_required
@require_http_methods(["GET", "POST"])
def call_lists_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The lists of a campaign, and a new one."""
    reach = reach_of(request)
    campaign = get_object_or_404(scope(Campaign.objects.all(), reach, ACT), pk=campaign_id)
    posted = request.POST if request.method == "POST" else None
    surveys = list(call_lists.surveys(campaign).values())
    form = CallListForm(posted, surveys=surveys)
    if posted is not None and form.is_valid():
        try:
            made = call_lists.make(
                campaign=campaign, wanted=form.wanted, actor=user_of(request), now=calendar_now()
            )
            return redirect("enrolment:call_list", made.pk)
        except call_lists.CallListRefused as refused:
            form.add_error(None, str(refused))
    shown = {"page": lists_page(campaign, reach), "form": form, "surveys": surveys}
    return render(request, "enrolment/call_lists.html", shown)


@staff_member_required
@require_http_methods(["GET", "POST"])
def call_list_view(request: HttpRequest, list_id: int) -> HttpResponse:
    found = get_object_or_404(lists_of(reach_of(request)), pk=list_id)
    if request.method == "POST":
        return _next(request, found)
    page = list_page(found, page=request.GET.get("page", ""), now=calendar_now())
    return render(request, "enrolment/call_list.html", {"page": page})


@staff_member_required
@require_http_methods(["GET", "POST"])
def call_view(request: HttpRequest, call_id: int) -> HttpResponse:
    call = get_object_or_404(calls_of(reach_of(request)), pk=call_id)
    if request.method == "GET":
        return _page(request, call)
    match request.POST.get("do"):
        case "reveal":
            return _reveal(request, call)
        case "end":
            return _end(request, call)
        case "let_go":
            if not calls.let_go(call=call, caller=user_of(request)):
                messages.error(request, _("You did not hold this call any more."))
        case _:
            messages.error(request, _("Press one of the page's buttons."))
    return redirect("enrolment:call_list", call.call_list_id)


def _next(request: HttpRequest, found: CallList) -> HttpResponse:
    call = calls.take_next(call_list=found, caller=user_of(request), now=calendar_now())
    if call is None:
        messages.info(request, _("Nobody is to be called at present."))
        return redirect("enrolment:call_list", found.pk)
    return redirect("enrolment:call", call.pk)


def _reveal(request: HttpRequest, call: Call) -> HttpResponse:
    """Who looked is written down; only whoever holds the call needs to."""
    actor = user_of(request)
    page = call_page(call, user_id=actor.pk, reach=reach_of(request), now=calendar_now())
    if not (page.may_reveal and page.is_mine):
        raise PermissionDenied
    audit.record(verb="number.reveal", subject=call, actor=actor)
    return _page(request, call, revealed=True)


def _end(request: HttpRequest, call: Call) -> HttpResponse:
    form = _form(request, call)
    if not form.is_valid():
        return _page(request, call, form=form)
    given = form.cleaned_data
    try:
        calls.end(
            call=call,
            caller=user_of(request),
            outcome=given["outcome"],
            answers=given.get("said"),
            call_back_at=given.get("call_back_at"),
            now=calendar_now(),
        )
    except calls.CallRefused as refused:
        messages.error(request, str(refused))
        return redirect("enrolment:call_list", call.call_list_id)
    messages.success(request, _("The call is written down."))
    return redirect("enrolment:call_list", call.call_list_id)


def _form(request: HttpRequest, call: Call) -> OutcomeForm:
    now, questions = calendar_now(), questions_for(call)
    posted = request.POST if request.POST.get("do") == "end" else None
    return OutcomeForm(
        posted,
        questions=questions,
        asked=asked_in_words(call, questions, now),
        zone=ZoneInfo(call.enrolment.participant.time_zone),
        now=now,
    )


def _page(
    request: HttpRequest, call: Call, *, form: OutcomeForm | None = None, revealed: bool = False
) -> HttpResponse:
    page = call_page(
        call,
        user_id=user_of(request).pk,
        reach=reach_of(request),
        now=calendar_now(),
        revealed=revealed,
    )
    if form is None and page.is_mine:
        form = _form(request, call)
    return render(request, "enrolment/call.html", {"page": page, "form": form})
