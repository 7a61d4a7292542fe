"""The publish page of a version: what changed, whom it touches, and the choice what to do."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from campaigns.models import CampaignVersion
from campaigns.publish import PublishRefused
from campaigns.version_door import PUBLISH, may, user_of, version_for
from enrolment import batch_moves
from enrolment.models import BatchMove
from enrolment.version_forms import PublishForm
from enrolment.version_page import version_page
from messaging.clock import all_senders_fake, calendar_now

_TRY = "person.act"


@staff_member_required
@require_http_methods(["GET", "POST"])
def version_preview(request: HttpRequest, version_id: int) -> HttpResponse:
    version = version_for(request, version_id)
    may_publish = may(request, PUBLISH, version)
    if request.method == "POST":
        if not may_publish:
            raise PermissionDenied
        carry_out(request, version)
        return redirect("enrolment:version_preview", version.pk)
    page = version_page(
        version=version,
        may_publish=may_publish,
        count_all=request.GET.get("count") == "all",
        now=calendar_now(),
    )
    may_try = page.is_published and may(request, _TRY, version) and all_senders_fake()
    return render(request, "enrolment/version_preview.html", {"page": page, "may_try": may_try})


def carry_out(request: HttpRequest, version: CampaignVersion) -> None:
    try:
        match request.POST.get("do"):
            case "publish":
                _publish(request, version)
            case "stop" if batch := _batch(version):
                batch_moves.stop(batch=batch, actor=user_of(request))
            case "resume" if batch := _batch(version):
                batch_moves.resume(batch=batch, actor=user_of(request))
            case _:
                messages.error(request, _("Press one of the page's buttons."))
    except (PublishRefused, batch_moves.MoveRefused) as refused:
        messages.error(request, str(refused))


def _publish(request: HttpRequest, version: CampaignVersion) -> None:
    form = PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what becomes of the people on other versions."))
        return
    batch = batch_moves.publish_version(
        version=version, pace=form.pace, now=calendar_now(), actor=user_of(request)
    )
    if batch is None:
        messages.success(request, _("%(version)s is published.") % {"version": version})
        return
    told = ngettext(
        "%(version)s is published. %(count)s person is being moved to it.",
        "%(version)s is published. %(count)s people are being moved to it.",
        batch.total,
    )
    messages.success(request, told % {"version": version, "count": f"{batch.total:,}"})


def _batch(version: CampaignVersion) -> BatchMove | None:
    return BatchMove.objects.filter(version=version).first()
