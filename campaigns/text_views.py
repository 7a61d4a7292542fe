"""The page of one text: its wording in every language, what it costs, what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from campaigns import coding, linting, reviewing
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.text import Text
from campaigns.review_forms import CodesForm, CommentForm, PretestForm
from campaigns.version_door import APPROVE, AUTHOR, PUBLISH, may, may_try, user_of, version_for
from campaigns.wording import worst_case
from messaging.clock import calendar_now


@dataclass(frozen=True, slots=True)
class Wording:
    text: Text
    units: int
    segments: int


@staff_member_required
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, version_id: int, key: str) -> HttpResponse:
    """Whoever writes, judges or publishes may remark; the others read."""
    version = version_for(request, version_id)
    wordings = _wordings(version, key)
    languages = [wording.text.language for wording in wordings]
    may_remark = any(may(request, held, version) for held in (AUTHOR, APPROVE, PUBLISH))
    forms = _forms(request, languages)
    if request.method == "POST":
        if not may_remark:
            raise PermissionDenied
        form = forms.get(request.POST.get("do", ""), forms["comment"])
        if form.is_valid() and _kept(request, version, key, form):
            return redirect("campaigns:text", version.pk, key)
    page = {
        "version": version,
        "key": key,
        "wordings": wordings,
        "findings": [
            each
            for each in linting.lint_version(version, now=calendar_now())
            if each.place.key == key
        ],
        "comments": version.comments.filter(key=key).select_related("author", "settled_by"),
        "ratings": version.pretest_ratings.filter(key=key),
        "may_remark": may_remark,
        "spoken": languages,
        "may_try": may_try(request, version),
        "may_write": may(request, AUTHOR, version),
        "is_coded": coding.is_coded(version, key),
        "codes": version.technique_codes.filter(key=key).select_related("coder"),
        **{f"{name}_form": form for name, form in forms.items()},
    }
    return render(request, "campaigns/text.html", page)


def _wordings(version: CampaignVersion, key: str) -> list[Wording]:
    rows = list(version.texts.filter(key=key))
    if not rows:
        raise Http404
    rows.sort(key=lambda row: version.languages.index(row.language))
    measured = [(row, worst_case(row.body, version.campaign.variables)) for row in rows]
    return [Wording(row, size.units, size.segments) for row, size in measured]


def _forms(request: HttpRequest, languages: list[str]) -> dict[str, Form]:
    """By their button; the one that was sent is filled in."""
    sent = request.POST.get("do") if request.method == "POST" else None

    def given(name: str) -> dict[str, Any]:
        return {"data": request.POST} if sent == name else {}

    return {
        "comment": CommentForm(languages, **given("comment")),
        "pretest": PretestForm(languages, **given("pretest")),
        "codes": CodesForm(**given("codes")),
    }


def _kept(request: HttpRequest, version: CampaignVersion, key: str, form: Form) -> bool:
    verbs: dict[type[Form], Callable[..., object]] = {
        CommentForm: reviewing.comment,
        PretestForm: reviewing.record_pretest,
        CodesForm: coding.code_text,
    }
    try:
        verbs[type(form)](
            version=version,
            key=key,
            actor=user_of(request),
            now=calendar_now(),
            **form.cleaned_data,
        )
    except reviewing.ReviewRefused as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, gettext("Noted."))
    return True
