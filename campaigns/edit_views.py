"""Writing on a draft: the list of its texts, the editor of one, and the next version begun."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns import drafting, text_editing
from campaigns.change_groups import told_by_language
from campaigns.countries import language_name
from campaigns.edit_page import EditPage, edit_page
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.pack_values import Pack
from campaigns.text_list import (
    CHANGED,
    FOUND,
    changed_keys,
    findings_of,
    found_in,
    holding,
    sections,
)
from campaigns.unloading import as_pack
from campaigns.version_door import AUTHOR, VIEW, may, may_try, user_of, version_for
from messaging.clock import calendar_now
from trust.saying import said
from trust.scope import reach_of, scope

#: Longer than any text that could be sent, and than any a mistake makes.
_LONGEST = 2_000


@staff_member_required
@require_GET
def texts(request: HttpRequest, version_id: int) -> HttpResponse:
    version = version_for(request, version_id)
    pack = as_pack(version)
    asked, show = request.GET.get("q", "").strip()[:80], request.GET.get("show", "")
    asked_language = request.GET.get("language", "")
    language = asked_language if asked_language in pack.languages else pack.default_language
    only = _only(version, pack, asked, show)
    found = sections(pack, version.campaign.variables, language, only)
    chosen = _part(request, len(found)) if only is None else None
    page = {
        "version": version,
        "sections": found,
        "chosen": chosen,
        "shown": [
            part for place, part in enumerate(found) if part.lines and chosen in (None, place)
        ],
        "q": asked,
        "show": show,
        "language": language,
        "languages": [(code, language_name(code)) for code in pack.languages],
        "may_write": may(request, AUTHOR, version),
    }
    return render(request, "campaigns/texts.html", page)


@staff_member_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, version_id: int, key: str) -> HttpResponse:
    version = version_for(request, version_id)
    if not may(request, AUTHOR, version):
        raise PermissionDenied
    pack = as_pack(version)
    if not any(key in found for found in pack.texts.values()):
        raise Http404
    if request.method == "POST":
        return _save(request, version, pack, key)
    if version.status != CampaignVersion.Status.DRAFT:
        messages.info(
            request,
            gettext("%(version)s is no draft: its texts are read here, not written.")
            % {"version": version},
        )
        return redirect("campaigns:text", version.pk, key)
    return _shown(request, edit_page(version, pack, key))


@staff_member_required
@require_POST
def begin_draft(request: HttpRequest, campaign_id: int) -> HttpResponse:
    campaigns = scope(Campaign.objects.all(), reach_of(request), VIEW)
    campaign = get_object_or_404(campaigns, pk=campaign_id)
    if not reach_of(request).may(AUTHOR, campaign.pk):
        raise PermissionDenied
    try:
        draft = drafting.begin(campaign=campaign, actor=user_of(request))
    except drafting.DraftRefused as refused:
        messages.error(request, str(refused))
        newest = campaign.versions.order_by("-number").first()
        if newest is None:
            return redirect("campaigns:workbook", campaign.pk)
        return redirect("campaigns:review", newest.pk)
    messages.success(
        request,
        gettext("%(draft)s is a draft. Nobody gets its texts before it is published.")
        % {"draft": draft},
    )
    key = request.POST.get("key", "")
    if key and draft.texts.filter(key=key).exists():
        return redirect("campaigns:edit", draft.pk, key)
    return redirect("campaigns:texts", draft.pk)


def _save(request: HttpRequest, version: CampaignVersion, pack: Pack, key: str) -> HttpResponse:
    posted = request.POST
    bodies = {
        language: posted[f"body_{language}"][:_LONGEST]
        for language in pack.languages
        if f"body_{language}" in posted
    }
    try:
        changes = text_editing.reword(
            version=version,
            key=key,
            bodies=bodies,
            seen={language: posted.get(f"seen_{language}", "") for language in bodies},
            actor=user_of(request),
            now=calendar_now(),
        )
    except drafting.DraftRefused as refused:
        messages.error(request, str(refused))
        page = edit_page(version, pack, key, typed=bodies)
    except text_editing.Overtaken as overtaken:
        page = edit_page(version, as_pack(version), key, typed=bodies, edit=overtaken.edit)
        messages.error(request, _meanwhile(page))
    except text_editing.WordsRefused as refused:
        page = edit_page(version, pack, key, typed=bodies, reasons=refused.reasons)
        return _shown(request, page, 400)
    else:
        told = "; ".join(said(each) for each in told_by_language(changes))
        saved = gettext("Saved. %(changes)s.") % {"changes": told}
        messages.success(request, saved if told else gettext("Nothing was changed."))
        then = posted.get("then", "")
        goes_on = any(then in found for found in pack.texts.values())
        return redirect("campaigns:edit", version.pk, then if goes_on else key)
    return _shown(request, page, 409)


def _meanwhile(page: EditPage) -> str:
    who = str(page.edit.editor) if page.edit is not None else "Somebody"
    return gettext(
        "%(who)s has saved this text since you opened it. Nothing of yours is "
        "lost: what is saved now stands beside your words. Press Save to put "
        "yours in its place."
    ) % {"who": who}


def _shown(request: HttpRequest, page: EditPage, status: int = 200) -> HttpResponse:
    shown = {"page": page, "may_try": may_try(request, page.version)}
    return render(request, "campaigns/edit.html", shown, status=status)


def _only(version: CampaignVersion, pack: Pack, asked: str, show: str) -> set[str] | None:
    keys = holding(pack, asked) if asked else None
    picked: set[str] | None = None
    if show == CHANGED:
        picked = changed_keys(version)
    elif show == FOUND:
        picked = found_in(findings_of(version, pack))
    if picked is None or keys is None:
        return picked if keys is None else keys
    return keys & picked


def _part(request: HttpRequest, most: int) -> int:
    given = request.GET.get("part", "0")
    return min(int(given), most - 1) if given.isdecimal() and len(given) < 5 else 0
