"""The guided way to publishing: a page of steps, and the checks that take a moment."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns import linting, publish, reviewing
from campaigns.lint import counted_by_severity, errors
from campaigns.models import CampaignVersion
from campaigns.version_door import APPROVE, AUTHOR, PUBLISH, may, user_of, version_for
from enrolment import publishing_later
from enrolment.batch_moves import MoveRefused
from enrolment.publish_path import publish_path
from enrolment.version_forms import PublishHourForm
from enrolment.version_views import carry_out
from messaging.clock import calendar_now


@staff_member_required
@require_http_methods(["GET", "POST"])
def path(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version that is out has no way before it any more."""
    version = version_for(request, version_id)
    form = PublishHourForm(initial={"people": PublishHourForm.FINISH})
    if request.method == "POST":
        if request.POST.get("do") == "publish":
            form = PublishHourForm(request.POST)
        if _press(request, version, form):
            return redirect("enrolment:publish_path", version.pk)
    if version.status in CampaignVersion.FROZEN:
        return redirect("enrolment:version_preview", version.pk)
    page = publish_path(
        version,
        may_write=may(request, AUTHOR, version),
        may_judge=_may_judge(request, version),
        may_publish=may(request, PUBLISH, version),
    )
    return render(
        request,
        "enrolment/publish_path.html",
        {"page": page, "version": version, "form": form, "set": publishing_later.last_of(version)},
    )


@staff_member_required
@require_GET
def checks(request: HttpRequest, version_id: int) -> HttpResponse:
    """The part of the page that looks through every text."""
    version = version_for(request, version_id)
    findings = linting.lint_looked(version, linting.look(version), now=calendar_now())
    counts = counted_by_severity(findings)
    seen = linting.report_seen(version, findings) if linting.warnings(findings) else None
    page = {
        "version": version,
        "errors": len(errors(findings)),
        "warnings": len(linting.warnings(findings)),
        "counts": counts,
        "seen": seen,
    }
    return render(request, "enrolment/_publish_checks.html", page)


def _may_judge(request: HttpRequest, version: CampaignVersion) -> bool:
    return may(request, APPROVE, version) and not reviewing.wrote(version, user_of(request))


def _press(request: HttpRequest, version: CampaignVersion, form: PublishHourForm) -> bool:
    """False where the form is to be shown again, as it was filled in."""
    try:
        match request.POST.get("do"):
            case "submit" if may(request, AUTHOR, version):
                publish.submit(version=version, actor=user_of(request))
                messages.success(
                    request,
                    _("%(version)s is in review. Its readers have the word now.")
                    % {"version": version},
                )
            case "approve" if may(request, APPROVE, version):
                publish.approve(version=version, actor=user_of(request), now=calendar_now())
                messages.success(
                    request,
                    _("%(version)s is approved.") % {"version": version},
                )
            case "take_back" if may(request, PUBLISH, version):
                _take_back(request, version)
            case "publish" if may(request, PUBLISH, version):
                return _publish(request, version, form)
            case _:
                raise PermissionDenied
    except (publish.PublishRefused, MoveRefused) as refused:
        messages.error(request, str(refused))
    return True


def _publish(request: HttpRequest, version: CampaignVersion, form: PublishHourForm) -> bool:
    """At once, or at the hour; where that is refused, the form keeps what was chosen."""
    if not form.is_valid():
        if "people" in form.errors:
            messages.error(request, _("Choose what becomes of the people on other versions."))
        return False
    if form.hour is None:
        carry_out(request, version)
        return True
    day, wall = form.hour
    try:
        publishing_later.set_hour(
            version=version, day=day, wall=wall, pace=form.pace, now=calendar_now(),
            actor=user_of(request),
        )  # fmt: skip
    except (publish.PublishRefused, MoveRefused) as refused:
        form.add_error("day", str(refused))
        return False
    words = _("%(version)s will be published at the hour you set.") % {"version": version}
    messages.success(request, words)
    return True


def _take_back(request: HttpRequest, version: CampaignVersion) -> None:
    done = publishing_later.take_back(version=version, actor=user_of(request), now=calendar_now())
    if done:
        messages.success(request, _("Taken back. Nothing will be published by itself."))
    else:
        messages.warning(request, _("No hour is set any more."))
