"""The workbook pages: download a version, send a file in, read what it would change, apply it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from campaigns import discarding, jobs, uploading
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.upload import Upload
from campaigns.translation_po import write_po_file
from campaigns.translation_sheet import write_translation
from campaigns.unloading import as_pack
from campaigns.workbook_forms import NewWorkbookForm, TranslationForm, UploadForm
from campaigns.workbook_page import (
    EDIT,
    VIEW,
    WRITE,
    begins_in,
    starter,
    upload_page,
    uploads_of,
    workbook_page,
)
from campaigns.workbook_safety import WorkbookRefused
from campaigns.workbook_writing import write_workbook
from trust.admin_base import reach_of
from trust.models import User
from trust.scope import holds, scope

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PO = "text/x-gettext-translation; charset=utf-8"


@staff_member_required
@require_http_methods(["GET", "POST"])
def workbook(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaign = _campaign(request, campaign_id)
    may_write = holds(reach_of(request), WRITE, campaign)
    may_edit = holds(reach_of(request), EDIT, campaign)
    form = UploadForm()
    if request.method == "POST" and request.POST.get("do") == "take_away":
        return _take_away(request, campaign, may_edit)
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                upload = uploading.receive(
                    campaign=campaign, content=form.cleaned_data["file"], actor=_user(request)
                )
                return redirect("campaigns:upload", upload.pk)
            except (WorkbookRefused, uploading.UploadRefused) as refused:
                form.add_error("file", str(refused))
    uploads = uploads_of(_user(request), reach_of(request))
    page = workbook_page(campaign, uploads=uploads, may_write=may_write, may_edit=may_edit)
    new = NewWorkbookForm(initial={"languages": begins_in(campaign)})
    status = 400 if form.errors else 200
    shown = {"page": page, "form": form, "new": new}
    return render(request, "campaigns/workbook.html", shown, status=status)


def _take_away(request: HttpRequest, campaign: Campaign, may_edit: bool) -> HttpResponse:
    if not may_edit:
        raise PermissionDenied
    try:
        discarding.take_away(campaign=campaign, actor=_user(request))
    except discarding.DiscardRefused as refused:
        messages.error(request, str(refused))
        return redirect("campaigns:workbook", campaign.pk)
    messages.success(request, gettext("%(campaign)s is taken away.") % {"campaign": campaign})
    return redirect("admin:campaigns_campaign_changelist")


@staff_member_required
@require_GET
def empty_workbook(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaign = _campaign(request, campaign_id)
    form = NewWorkbookForm(request.GET)
    if not form.is_valid():
        messages.error(request, gettext("Choose among the languages on the page."))
        return redirect("campaigns:workbook", campaign.pk)
    pack = starter(campaign, settings.CURRICULA_DIR, form.cleaned_data["languages"])
    content = write_workbook(pack)
    return _download(content, f"{campaign.key}-new.xlsx", _XLSX)


@staff_member_required
@require_GET
def version_workbook(request: HttpRequest, version_id: int) -> HttpResponse:
    version = _version(request, version_id)
    name = f"{version.campaign.key}-v{version.number}.xlsx"
    return _download(write_workbook(as_pack(version)), name, _XLSX)


@staff_member_required
@require_GET
def version_translation(request: HttpRequest, version_id: int) -> HttpResponse:
    version = _version(request, version_id)
    form = TranslationForm(request.GET)
    if not form.is_valid():
        messages.error(request, gettext("Write a language's code, such as nn or pt-BR."))
        return redirect("campaigns:workbook", version.campaign_id)
    language, kind = form.cleaned_data["language"], form.cleaned_data["form"]
    if language == version.default_language:
        messages.error(
            request,
            gettext("%(language)s is the language that is translated from.")
            % {"language": language},
        )
        return redirect("campaigns:workbook", version.campaign_id)
    pack = as_pack(version)
    name = f"{version.campaign.key}-v{version.number}-{language}.{kind}"
    if kind == "po":
        return _download(write_po_file(pack, language), name, _PO)
    return _download(write_translation(pack, language), name, _XLSX)


@staff_member_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    uploads = uploads_of(_user(request), reach_of(request))
    found = get_object_or_404(uploads.defer("content"), pk=upload_id)
    if request.method == "POST":
        _carry_out(request, found)
        return redirect("campaigns:upload", found.pk)
    return render(request, "campaigns/upload.html", {"page": upload_page(found)})


def _carry_out(request: HttpRequest, found: Upload) -> None:
    match request.POST.get("do"):
        case "apply":
            try:
                uploading.apply(upload=found, actor=_user(request))
            except uploading.UploadRefused as refused:
                messages.error(request, str(refused))
        case "stop":
            if not jobs.stop(job=found.job, actor=_user(request)):
                messages.error(request, gettext("It had already ended."))
        case "discard":
            if not uploading.discard(upload=found, actor=_user(request)):
                messages.error(request, gettext("It is already decided."))
        case _:
            messages.error(request, gettext("Press one of the page's buttons."))


def _campaign(request: HttpRequest, campaign_id: int) -> Campaign:
    return get_object_or_404(scope(Campaign.objects.all(), reach_of(request), VIEW), pk=campaign_id)


def _version(request: HttpRequest, version_id: int) -> CampaignVersion:
    versions = CampaignVersion.objects.select_related("campaign")
    return get_object_or_404(scope(versions, reach_of(request), VIEW), pk=version_id)


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "only staff get here"
    return request.user
