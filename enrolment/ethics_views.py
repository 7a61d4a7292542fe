"""The pack for an ethics board: one page, to read, print or keep as a file."""

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from campaigns.models import CampaignVersion
from enrolment.ethics_pack import ethics_pack
from messaging.clock import calendar_now
from trust.scope import reach_of, scope

_STYLE = "enrolment/ethics.css"


@staff_member_required
@require_GET
def ethics(request: HttpRequest, version_id: int) -> HttpResponse:
    """With ?file=1 as a file that carries its own style and loads nothing."""
    versions = CampaignVersion.objects.select_related(
        "campaign__organisation", "campaign__sender", "author", "approver"
    )
    version = get_object_or_404(scope(versions, reach_of(request), "campaign.view"), pk=version_id)
    as_file = "file" in request.GET
    page: dict[str, object] = {"pack": ethics_pack(version, now=calendar_now())}
    if as_file:
        page["style"] = _style()
    answer = render(request, "enrolment/ethics_pack.html", page)
    if as_file:
        name = f"{slugify(version.campaign.key)}-v{version.number}-ethics.html"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _style() -> str:
    found = finders.find(_STYLE)
    assert isinstance(found, str), "the style ships with the app"
    with open(found, encoding="utf-8") as file:
        return file.read()
