"""The pages of lists: send one in, read what it would do, carry it out."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns import jobs
from campaigns.models import Campaign
from campaigns.version_door import user_of
from enrolment import people_files
from enrolment.models.people_file import PeopleFile
from enrolment.people_forms import PeopleFileForm
from enrolment.people_page import ACT, campaigns_for, file_page, files_of, send_page
from enrolment.people_table import PeopleFileRefused
from enrolment.people_template import write_template
from enrolment.people_work import frame_of
from enrolment.signing_up import signing_up_page
from messaging.clock import calendar_now
from trust.saying import said
from trust.scope import reach_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@staff_member_required
@require_GET
def signing_up(request: HttpRequest) -> HttpResponse:
    """All the ways in, and how people came."""
    reach = reach_of(request)
    if not reach.may_anywhere(ACT):
        raise PermissionDenied
    page = signing_up_page(user=user_of(request), reach=reach, now=calendar_now())
    return render(request, "enrolment/signing_up.html", {"page": page})


@staff_member_required
@require_http_methods(["GET", "POST"])
def send_people(request: HttpRequest, campaign_id: int, kind: str) -> HttpResponse:
    campaign, actor = _campaign(request, campaign_id, kind), user_of(request)
    form = PeopleFileForm()
    if request.method == "POST":
        form = PeopleFileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                found = people_files.receive(
                    campaign=campaign, kind=kind, content=form.cleaned_data["file"], actor=actor
                )
                return redirect("enrolment:people_file", found.pk)
            except PeopleFileRefused as refused:
                form.add_error("file", said(refused.args[0]))
    page = send_page(campaign, kind, files_of(actor, reach_of(request)))
    return render(request, "enrolment/people_send.html", {"page": page, "form": form})


@staff_member_required
@require_GET
def people_template(request: HttpRequest, campaign_id: int, kind: str) -> HttpResponse:
    campaign = _campaign(request, campaign_id, kind)
    version = people_files.published(campaign)
    if version is None:
        messages.error(request, _("This campaign has no published version. Publish one first."))
        return redirect("enrolment:people_send", campaign.pk, kind)
    frame = frame_of(PeopleFile(campaign=campaign, kind=kind), version, calendar_now())
    answer = HttpResponse(write_template(frame, say=said), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{campaign.key}-{kind}.xlsx"'
    return answer


@staff_member_required
@require_http_methods(["GET", "POST"])
def people_file(request: HttpRequest, file_id: int) -> HttpResponse:
    found = get_object_or_404(files_of(user_of(request), reach_of(request)), pk=file_id)
    if request.method == "POST":
        _carry_out(request, found)
        return redirect("enrolment:people_file", found.pk)
    page = file_page(found, page=request.GET.get("page", ""))
    return render(request, "enrolment/people_file.html", {"page": page})


def _carry_out(request: HttpRequest, found: PeopleFile) -> None:
    actor = user_of(request)
    match request.POST.get("do"):
        case "apply":
            try:
                people_files.apply(people_file=found, actor=actor)
            except PeopleFileRefused as refused:
                messages.error(request, said(refused.args[0]))
        case "stop":
            if not jobs.stop(job=found.job, actor=actor):
                messages.error(request, _("It had already ended."))
        case "discard":
            if not people_files.discard(people_file=found, actor=actor):
                messages.error(request, _("It is already decided."))
        case _:
            messages.error(request, _("Press one of the page's buttons."))


def _campaign(request: HttpRequest, campaign_id: int, kind: str) -> Campaign:
    return get_object_or_404(campaigns_for(reach_of(request), kind), pk=campaign_id)
