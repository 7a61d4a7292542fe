"""Bundles of a campaign: asking for one, the look at how alone people stand in it, its making, and
the file. Whoever lacks the right gets nothing, and the try is written down."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from campaigns import jobs
from campaigns.models import Campaign
from campaigns.version_door import user_of
from messaging.clock import calendar_now
from research import export_files, exports
from research.bundle.crowding import WANTED_K, Crowding
from research.bundle.dictionary import tables
from research.bundle_forms import BundleForm
from research.exports import Asked
from research.models import Export, ExportKey
from trust.scope import reach_of, scope

_VIEW = "campaign.view"
_JUST_EXPORT = Asked("")
_SEEN_FOR = timedelta(hours=1)
_TOLD_OF_EACH = {
    "language": gettext_lazy("Language"),
    "sex": gettext_lazy("Sex"),
    "age_band": gettext_lazy("Age band"),
    "region": gettext_lazy("Region"),
    "channel": gettext_lazy("How they came in"),
}


@staff_member_required
@require_http_methods(["GET", "POST"])
def bundles(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """do=look shows what stands in it before it is made; do=make makes it, if that was seen."""
    campaign = _campaign(request, campaign_id)
    _require(request, campaign, _JUST_EXPORT)
    form = _form(request, campaign)
    page: dict[str, Any] = {"campaign": campaign, "form": form, "wanted_k": WANTED_K}
    if request.method == "POST" and form.is_valid():
        _require(request, campaign, form.asked)
        seen = _seen(request, campaign)
        crowding = seen or exports.look(campaign=campaign, now=calendar_now())
        if request.POST.get("do") == "make" and seen and _goes_on(request, seen):
            export = exports.ask(
                campaign=campaign, asked=form.asked, crowding=crowding, actor=user_of(request)
            )
            return redirect("research:bundle", export.pk)
        columns = [(_TOLD_OF_EACH[each.name], each) for each in crowding.columns]
        seal = signing.dumps(crowding.as_json(), salt=_salt(request, campaign))
        page |= {"crowding": crowding, "columns": columns, "seal": seal}
    rows = Export.objects.filter(campaign=campaign).select_related("job", "made_by", "key")
    page["exports"] = scope(rows, reach_of(request), exports.MAY)[:30]
    return render(request, "research/bundles.html", page)


@staff_member_required
@require_http_methods(["GET", "POST"])
def bundle(request: HttpRequest, export_id: int) -> HttpResponse:
    export = _export(request, export_id)
    if request.method == "POST":
        if export.job is None or not jobs.stop(job=export.job, actor=user_of(request)):
            messages.error(request, _("It had already ended."))
        return redirect("research:bundle", export.pk)
    rows = [
        (table, export.rows[table.name])
        for table in tables(texts=export.with_texts)
        if table.name in export.rows
    ]
    page = {"export": export, "job": export.job, "campaign": export.campaign, "tables": rows}
    return render(request, "research/bundle.html", page)


@staff_member_required
@require_GET
def bundle_file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    export = _export(request, export_id)
    try:
        file = export_files.opened(export.file) if export.is_kept else None
    except FileNotFoundError:
        file = None
    if file is None:
        messages.error(request, _("The file is not kept any more. Make a new bundle."))
        return redirect("research:bundle", export.pk)
    exports.downloaded(export=export, actor=user_of(request))
    name = f"{export.campaign.key}-bundle-{export.pk}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _form(request: HttpRequest, campaign: Campaign) -> BundleForm:
    reach = reach_of(request)
    keys = ExportKey.objects.filter(campaign=campaign).exclude(name="").order_by("name")
    return BundleForm(
        request.POST if request.method == "POST" else None,
        names=list(keys.values_list("name", flat=True)),
        may_read=exports.holds(reach, exports.MAY_READ_TEXTS, campaign),
        blinds=exports.holds(reach, exports.MAY_UNBLIND, campaign) and exports.is_blinded(campaign),
    )


def _seen(request: HttpRequest, campaign: Campaign) -> Crowding | None:
    """What the page showed, which the form hands back sealed: it is not counted again to be asked
    for. None: nothing was shown, or too long ago."""
    try:
        seal = request.POST.get("seen", "")
        return Crowding.of_json(
            signing.loads(seal, salt=_salt(request, campaign), max_age=_SEEN_FOR)
        )
    except signing.BadSignature:
        return None


def _salt(request: HttpRequest, campaign: Campaign) -> str:
    return f"bundle of {campaign.pk} for {user_of(request).pk}"


def _goes_on(request: HttpRequest, crowding: Crowding) -> bool:
    return not crowding.is_thin or request.POST.get("go_on") == "yes"


def _campaign(request: HttpRequest, campaign_id: int) -> Campaign:
    rows = scope(Campaign.objects.all(), reach_of(request), _VIEW)
    found = rows.select_related("organisation").filter(pk=campaign_id).first()
    if found is None:
        exports.refused(campaign=None, actor=user_of(request), what=f"campaign {campaign_id}")
        raise Http404
    return found


def _export(request: HttpRequest, export_id: int) -> Export:
    rows = scope(Export.objects.all(), reach_of(request), _VIEW)
    found = rows.select_related("job", "key", "made_by", "campaign").filter(pk=export_id).first()
    if found is None:
        exports.refused(campaign=None, actor=user_of(request), what=f"bundle {export_id}")
        raise Http404
    held = Asked(found.reason, with_texts=found.with_texts, with_arms=found.with_arms)
    _require(request, found.campaign, held)
    return found


def _require(request: HttpRequest, campaign: Campaign, asked: Asked) -> None:
    lacking = exports.lacking(reach_of(request), campaign, asked)
    if lacking:
        exports.refused(campaign=campaign, actor=user_of(request), what=lacking)
        raise PermissionDenied
