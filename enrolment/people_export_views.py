"""The list of people as a file: asked for, watched, fetched. Fetching is a deed: it is posted, and
who did it is written down."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.models import Campaign
from campaigns.version_door import user_of
from enrolment import people_exports, person_rows
from enrolment.models.people_export import PeopleExport
from enrolment.people_exports import PeopleExportRefused
from enrolment.people_forms import PeopleExportForm
from enrolment.people_list import STATES, state_of
from trust.saying import said
from trust.scope import reach_of, scope

_REVEAL = "number.reveal"
_SHOWN = 20


@staff_member_required
@require_http_methods(["GET", "POST"])
def people_exports_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    reach = reach_of(request)
    seen = scope(Campaign.objects.all(), reach, person_rows.VIEW)
    campaign = get_object_or_404(seen, pk=campaign_id)
    may_reveal = reach.may(_REVEAL, campaign.pk)
    if request.method == "POST":
        form = PeopleExportForm(request.POST, may_reveal=may_reveal)
        if form.is_valid():
            try:
                export = people_exports.ask(
                    campaign=campaign,
                    state=form.cleaned_data["state"],
                    with_numbers=form.cleaned_data.get("with_numbers", False),
                    actor=user_of(request),
                )
                return redirect("enrolment:people_export", export.pk)
            except PeopleExportRefused as refused:
                form.add_error(None, str(refused))
    else:
        state = state_of(request.GET.get("state", ""))
        form = PeopleExportForm(initial={"state": state}, may_reveal=may_reveal)
    shown = [
        (export, said(STATES[export.state][0]))
        for export in _exports(request).filter(campaign=campaign)[:_SHOWN]
    ]
    page = {"campaign": campaign, "form": form, "exports": shown, "may_reveal": may_reveal}
    status = 400 if form.errors else 200
    return render(request, "enrolment/people_exports.html", page, status=status)


@staff_member_required
@require_http_methods(["GET", "POST"])
def people_export(request: HttpRequest, export_id: int) -> HttpResponse:
    export = _export(request, export_id)
    if request.method == "POST":
        if not people_exports.discard(export=export, actor=user_of(request)):
            messages.error(request, _("It is gone already."))
        return redirect("enrolment:people_export", export.pk)
    page = {
        "export": export,
        "job": export.job,
        "campaign": export.campaign,
        "who": said(STATES[export.state][0]),
        "may_fetch": _may_fetch(request, export),
    }
    return render(request, "enrolment/people_export.html", page)


@staff_member_required
@require_POST
def people_export_file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    export = _export(request, export_id)
    if not _may_fetch(request, export):
        raise PermissionDenied
    if not export.is_kept:
        messages.error(request, _("The file is not kept any more. Export the list again."))
        return redirect("enrolment:people_export", export.pk)
    people_exports.fetched(export=export, actor=user_of(request))
    answer = StreamingHttpResponse(
        people_exports.text_of(export), content_type="text/csv; charset=utf-8"
    )
    name = f"{export.campaign.key}-people-{export.pk}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _exports(request: HttpRequest) -> QuerySet[PeopleExport]:
    """Of whoever asked for them, as long as they may still see the people."""
    own = PeopleExport.objects.filter(made_by=user_of(request)).select_related("campaign", "job")
    return scope(own, reach_of(request), person_rows.VIEW)


def _export(request: HttpRequest, export_id: int) -> PeopleExport:
    return get_object_or_404(_exports(request), pk=export_id)


def _may_fetch(request: HttpRequest, export: PeopleExport) -> bool:
    return not export.with_numbers or reach_of(request).may(_REVEAL, export.campaign_id)
