"""The review page of a version: each role has its plain buttons, each press is one verb."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from campaigns import discarding, linting, publish, reviewing
from campaigns.lint import counted_by_severity
from campaigns.models.campaign_version import CampaignVersion
from campaigns.review_forms import ClinicalForm, ReasonForm
from campaigns.review_page import Powers, powers, review_page
from campaigns.version_door import APPROVE, AUTHOR, PUBLISH, may, user_of, version_for
from messaging.clock import calendar_now

REFUSALS = (publish.PublishRefused, reviewing.ReviewRefused, discarding.DiscardRefused)


@staff_member_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, version_id: int) -> HttpResponse:
    version = version_for(request, version_id)
    held = powers_of(request, version)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "throw_away":
                return _throw_away(request, version, held)
            _carry_out(request, version, held)
        except REFUSALS as refused:
            messages.error(request, str(refused))
        return redirect("campaigns:review", version.pk)
    counts = counted_by_severity(linting.lint_version(version, now=calendar_now()))
    return render(
        request,
        "campaigns/review.html",
        {
            "page": review_page(version, counts=counts, powers=held),
            "clinical_form": ClinicalForm(),
            "reason_form": ReasonForm(),
        },
    )


def powers_of(request: HttpRequest, version: CampaignVersion) -> Powers:
    return powers(
        version,
        author=may(request, AUTHOR, version),
        approver=may(request, APPROVE, version),
        publisher=may(request, PUBLISH, version),
        is_author=reviewing.wrote(version, user_of(request)),
    )


def _carry_out(request: HttpRequest, version: CampaignVersion, held: Powers) -> None:
    actor, now = user_of(request), calendar_now()
    match request.POST.get("do"):
        case "submit" if held.submit:
            publish.submit(version=version, actor=actor)
            messages.success(request, gettext("%(version)s is in review.") % {"version": version})
        case "sign" if held.sign:
            _sign(request, version)
        case "clinical" if held.clinical:
            _record_clinical(request, version)
        case "approve" if held.approve:
            publish.approve(version=version, actor=actor, now=now)
            messages.success(request, gettext("%(version)s is approved.") % {"version": version})
        case "send_back" if held.send_back:
            reason = request.POST.get("reason", "")[:2000]
            publish.send_back(version=version, actor=actor, now=now, reason=reason)
            messages.success(
                request, gettext("%(version)s is a draft again.") % {"version": version}
            )
        case "settle" if held.remark:
            comment = get_object_or_404(version.comments, pk=_number(request.POST.get("comment")))
            reviewing.settle(comment=comment, actor=actor, now=now)
        case _:
            raise PermissionDenied


def _sign(request: HttpRequest, version: CampaignVersion) -> None:
    language, native = request.POST.get("language", ""), "native" in request.POST
    reviewing.sign_language(
        version=version,
        language=language,
        actor=user_of(request),
        now=calendar_now(),
        native=native,
    )
    words = gettext("You have signed %(language)s.")
    if native:
        words = gettext("You have signed %(language)s as a native reader.")
    messages.success(request, words % {"language": language})


def _throw_away(request: HttpRequest, version: CampaignVersion, held: Powers) -> HttpResponse:
    if not held.throw_away:
        raise PermissionDenied
    discarding.throw_away(version=version, actor=user_of(request))
    messages.success(request, gettext("%(version)s is thrown away.") % {"version": version})
    return redirect("campaigns:workbook", version.campaign_id)


def _record_clinical(request: HttpRequest, version: CampaignVersion) -> None:
    form = ClinicalForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("An approval needs who, for which body and on which day."))
        return
    publish.record_clinical_approval(version=version, actor=user_of(request), **form.cleaned_data)
    messages.success(request, gettext("The clinical approval is recorded."))


def _number(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and len(given) < 12 else 0
