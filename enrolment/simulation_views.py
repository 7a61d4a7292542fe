"""The page of a simulation too large to wait for: how far it has come, then its figures."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from campaigns import jobs
from campaigns.models import CampaignVersion, Job
from campaigns.version_door import user_of
from campaigns.wording import MissingValue
from enrolment import rehearsing, simulating
from enrolment.rehearsal_views import shown
from enrolment.simulation_tally import tally_of
from messaging import clock
from trust.scope import holds, reach_of, scope

_VIEW, _EDIT = "campaign.view", "campaign.edit"


@staff_member_required
@require_http_methods(["GET", "POST"])
def simulation(request: HttpRequest, job_id: int) -> HttpResponse:
    rows = scope(Job.objects.filter(kind=simulating.SIMULATE), reach_of(request), _VIEW)
    job = get_object_or_404(rows, pk=job_id)
    may_stop = job.started_by_id == user_of(request).pk or holds(reach_of(request), _EDIT, job)
    if request.method == "POST":
        if not may_stop:
            raise PermissionDenied
        if not jobs.stop(job=job, actor=user_of(request)):
            messages.error(request, _("It had already ended."))
        return redirect("enrolment:simulation", job.pk)
    version = get_object_or_404(
        CampaignVersion.objects.select_related("campaign"), pk=job.detail["version"]
    )
    page: dict[str, object] = {"job": job, "version": version, "may_stop": may_stop}
    if job.status == Job.Status.DONE:
        try:
            stage = rehearsing.stage_of(version, today=clock.calendar_now().date())
            page |= shown(stage, tally_of(job.result))
        except MissingValue as missing:
            messages.error(
                request,
                _("The campaign's variable %(name)s has no value yet.") % {"name": missing},
            )
    return render(request, "enrolment/simulation.html", page)
