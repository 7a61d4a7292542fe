"""The pages that make a campaign: which of two ways, and the way with texts of one's own."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import adding
from campaigns.campaign_forms import NewCampaignForm
from campaigns.version_door import user_of
from messaging.models import Sender
from trust.models import User
from trust.scope import Reach, reach_of, scope

#: Held in the whole organisation: a role in one campaign makes no other.
ADD = "campaign.edit"


@staff_member_required
@require_safe
def add_campaign(request: HttpRequest) -> HttpResponse:
    if not reach_of(request).may(ADD):
        raise PermissionDenied
    return render(request, "campaigns/add_campaign.html")


@staff_member_required
@require_http_methods(["GET", "POST"])
def new_campaign(request: HttpRequest) -> HttpResponse:
    reach, actor = reach_of(request), user_of(request)
    if not reach.may(ADD):
        raise PermissionDenied
    form = _form(request, reach, actor)
    if request.method == "POST" and form.is_valid():
        try:
            campaign = adding.add(**form.values, actor=actor)
        except adding.AddRefused as refused:
            for name, told in refused.faults.items():
                form.add_error(name, told)
        else:
            messages.success(
                request,
                gettext("%(campaign)s is made. Next comes what it says: its workbook.")
                % {"campaign": campaign},
            )
            return redirect("campaigns:workbook", campaign.pk)
    page = {"form": form, "may_add_sender": reach.may("sender.manage")}
    status = 400 if form.errors else 200
    return render(request, "campaigns/new_campaign.html", page, status=status)


def _form(request: HttpRequest, reach: Reach, actor: User) -> NewCampaignForm:
    senders = scope(Sender.objects.all(), reach, ADD)
    managers = scope(User.objects.filter(is_active=True, is_staff=True), reach, ADD)
    begin: dict[str, object] = {"manager": actor.pk}
    if actor.organisation is not None:
        begin |= {"country": actor.organisation.country, "time_zone": actor.organisation.time_zone}
    posted = request.POST if request.method == "POST" else None
    return NewCampaignForm(
        posted,
        senders=senders,
        managers=managers.order_by("name", "email"),
        initial=begin,
        use_required_attribute=False,
    )
