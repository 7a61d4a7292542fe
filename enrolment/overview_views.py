"""A campaign's own page: from here a manager finds everything about it."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from campaigns.models import Campaign
from campaigns.version_door import AUTHOR, PUBLISH, VIEW
from enrolment.overview import overview
from trust.scope import reach_of, scope

_PEOPLE = "person.view"


@staff_member_required
@require_GET
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    reach = reach_of(request)
    campaigns = scope(Campaign.objects.select_related("sender"), reach, VIEW)
    found = get_object_or_404(campaigns, pk=campaign_id)
    page = {
        "page": overview(found, may_write=reach.may(AUTHOR, found.pk)),
        "may_publish": reach.may(PUBLISH, found.pk),
        "may_see_people": reach.may(_PEOPLE, found.pk),
    }
    return render(request, "enrolment/campaign.html", page)
