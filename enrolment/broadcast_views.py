"""The pages of broadcasts: all of them, a new one, a draft changed, and one with its buttons."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from campaigns import jobs
from campaigns.models import Campaign, CampaignVersion
from campaigns.version_door import user_of
from enrolment import broadcasts
from enrolment.broadcast_forms import BroadcastForm, SendBackForm, initial_of
from enrolment.broadcast_page import APPROVE, MAKE, VIEW, broadcast_page
from enrolment.broadcasts import BroadcastRefused
from enrolment.models.broadcast import Broadcast
from messaging.clock import calendar_now
from trust.scope import holds, reach_of, scope

_SHOWN = 100


@staff_member_required
@require_GET
def broadcast_list(request: HttpRequest) -> HttpResponse:
    reach = reach_of(request)
    if not reach.may_anywhere(VIEW):
        raise PermissionDenied
    rows = scope(Broadcast.objects.all(), reach, VIEW).select_related("campaign", "author")
    campaigns = scope(Campaign.objects.order_by("name"), reach, VIEW)
    chosen = request.GET.get("campaign", "")
    if chosen.isdecimal():
        rows = rows.filter(campaign_id=int(chosen))
    page = {
        "broadcasts": rows.order_by("-pk")[:_SHOWN],
        "campaigns": campaigns,
        "chosen": chosen,
        "makeable": scope(Campaign.objects.order_by("name"), reach, MAKE),
    }
    return render(request, "enrolment/broadcasts.html", page)


@staff_member_required
@require_http_methods(["GET", "POST"])
def new_broadcast(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaigns = scope(Campaign.objects.all(), reach_of(request), VIEW)
    campaign = get_object_or_404(campaigns, pk=campaign_id)
    if not holds(reach_of(request), MAKE, campaign):
        raise PermissionDenied
    version = _published(campaign)
    if version is None:
        return render(request, "enrolment/broadcast_form.html", {"campaign": campaign}, status=409)
    form = BroadcastForm(request.POST or None, request.FILES or None, version=version)
    if form.is_valid():
        made = broadcasts.draft(
            campaign=campaign,
            values=form.values,
            lines=form.lines,
            actor=user_of(request),
            now=calendar_now(),
        )
        return redirect("enrolment:broadcast", made.pk)
    return _form(request, form, campaign, None)


@staff_member_required
@require_http_methods(["GET", "POST"])
def edit_broadcast(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    broadcast = _broadcast(request, broadcast_id)
    if not holds(reach_of(request), MAKE, broadcast):
        raise PermissionDenied
    version = _published(broadcast.campaign)
    if version is None or broadcast.status != Broadcast.Status.DRAFT:
        messages.error(request, _("Only a draft of a campaign that is published can be changed."))
        return redirect("enrolment:broadcast", broadcast.pk)
    form = BroadcastForm(
        request.POST or None,
        request.FILES or None,
        version=version,
        has_list=broadcast.by_list,
        initial=initial_of(broadcast),
    )
    if form.is_valid():
        try:
            broadcasts.edit(
                broadcast=broadcast,
                values=form.values,
                lines=form.lines,
                actor=user_of(request),
                now=calendar_now(),
            )
        except BroadcastRefused as refused:
            messages.error(request, str(refused))
        return redirect("enrolment:broadcast", broadcast.pk)
    return _form(request, form, broadcast.campaign, broadcast)


@staff_member_required
@require_http_methods(["GET", "POST"])
def broadcast(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    found = _broadcast(request, broadcast_id)
    if request.method == "POST":
        form = SendBackForm(request.POST)
        if request.POST.get("do") != "send_back" or form.is_valid():
            _carry_out(request, found, form)
            return redirect("enrolment:broadcast", found.pk)
        return _page(request, found, form, status=400)
    return _page(request, found, SendBackForm())


def _carry_out(request: HttpRequest, found: Broadcast, form: SendBackForm) -> None:
    do, user, now = request.POST.get("do"), user_of(request), calendar_now()
    wanted = APPROVE if do in ("approve", "send_back") else MAKE
    if not holds(reach_of(request), wanted, found):
        raise PermissionDenied
    try:
        match do:
            case "count":
                broadcasts.count_anew(broadcast=found, actor=user)
            case "stop" if found.job is not None and found.status == Broadcast.Status.DRAFT:
                jobs.stop(job=found.job, actor=user)
            case "submit":
                status = broadcasts.submit(broadcast=found, actor=user, now=now)
                messages.success(request, _SAID[status])
            case "approve":
                broadcasts.approve(broadcast=found, actor=user, now=now)
                messages.success(request, _SAID[Broadcast.Status.SCHEDULED])
            case "send_back":
                broadcasts.send_back(broadcast=found, why=form.cleaned_data["why"], actor=user)
            case "take_back":
                broadcasts.take_back(broadcast=found, actor=user)
            case "pause":
                broadcasts.pause(broadcast=found, actor=user)
            case "resume":
                broadcasts.resume(broadcast=found, actor=user)
            case "cancel":
                count = broadcasts.cancel(broadcast=found, actor=user, now=now)
                messages.success(
                    request,
                    ngettext(
                        "Cancelled. %(count)s waiting text was taken back.",
                        "Cancelled. %(count)s waiting texts were taken back.",
                        count,
                    )
                    % {"count": f"{count:,}"},
                )
            case _:
                messages.error(request, _("Press one of the page's buttons."))
    except BroadcastRefused as refused:
        messages.error(request, str(refused))


_SAID: dict[str, Any] = {
    Broadcast.Status.AWAITING: _("It waits for a second person now, who approves it on this page."),
    Broadcast.Status.SCHEDULED: _("It is on its way. It goes when its time has come."),
}


def _page(
    request: HttpRequest, found: Broadcast, form: SendBackForm, status: int = 200
) -> HttpResponse:
    page = broadcast_page(found, reach=reach_of(request), user=user_of(request), now=calendar_now())
    shown: dict[str, Any] = {"page": page, "broadcast": found, "form": form}
    return render(request, "enrolment/broadcast.html", shown, status=status)


def _form(
    request: HttpRequest, form: BroadcastForm, campaign: Campaign, found: Broadcast | None
) -> HttpResponse:
    shown = {"form": form, "campaign": campaign, "broadcast": found}
    return render(
        request, "enrolment/broadcast_form.html", shown, status=400 if form.errors else 200
    )


def _broadcasts(request: HttpRequest) -> QuerySet[Broadcast]:
    rows = Broadcast.objects.select_related("campaign__sender", "author", "approver", "job")
    return scope(rows, reach_of(request), VIEW)


def _broadcast(request: HttpRequest, broadcast_id: int) -> Broadcast:
    return get_object_or_404(_broadcasts(request), pk=broadcast_id)


def _published(campaign: Campaign) -> CampaignVersion | None:
    published = campaign.versions.filter(status=CampaignVersion.Status.PUBLISHED)
    return published.select_related("campaign").first()
