"""The journey of a version as a calendar, and the words behind its tiles."""

import json
from dataclasses import asdict

from django.contrib.admin.views.decorators import staff_member_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from campaigns.compiling import compile_to_read
from campaigns.content import Content
from campaigns.countries import language_name
from campaigns.journey_calendar import doses, lanes
from campaigns.journey_words import Told, told_steps
from campaigns.models.campaign_version import CampaignVersion
from campaigns.text_list import changed_keys
from campaigns.version_door import version_for
from trust.saying import said_within

#: Instead of a dose: the texts of all of them.
EVERY = "every"


@staff_member_required
@require_GET
def journey(request: HttpRequest, version_id: int) -> HttpResponse:
    version = version_for(request, version_id)
    prefetch_related_objects([version], "stages")
    content = compile_to_read(version)
    dose, language = _dose(request, content), _language(request, content)
    page = {
        "version": version,
        "lanes": lanes(
            content,
            stages=_stages(version),
            dose=dose,
            language=language,
            changed=changed_keys(version),
        ),
        "doses": [*doses(content), EVERY] if content.profiles else [],
        "dose": EVERY if dose is None else dose,
        "language": language,
        "said": json.dumps(
            {
                "close": gettext("Close"),
                "language": gettext("Language"),
                "only": gettext("If {condition}"),
                "others": gettext("For the others: {name}"),
                "open": gettext("Open this text"),
            }
        ),
        "languages": [(code, language_name(code)) for code in content.languages],
    }
    return render(request, "campaigns/journey.html", page)


@staff_member_required
@require_GET
def journey_words(request: HttpRequest, version_id: int) -> HttpResponse:
    """All of them at once, so that the reader waits once: by a step's key."""
    version = version_for(request, version_id)
    prefetch_related_objects([version], "stages")
    content = compile_to_read(version)
    found = told_steps(content, _stages(version))
    return JsonResponse({key: _as_json(version, told) for key, told in found.items()})


def _as_json(version: CampaignVersion, told: Told) -> dict[str, object]:
    link = reverse("campaigns:text", args=[version.pk, told.text]) if told.text else ""
    return {**said_within(asdict(told)), "link": link}


def _stages(version: CampaignVersion) -> dict[str, str]:
    return {stage.key: stage.name for stage in version.stages.all()}


def _dose(request: HttpRequest, content: Content) -> str | None:
    """What most people get, where none is asked for."""
    asked = request.GET.get("dose", "")
    return None if asked == EVERY else content.profile(asked)


def _language(request: HttpRequest, content: Content) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in content.languages else content.default_language
