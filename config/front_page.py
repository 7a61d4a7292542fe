"""What must not be overlooked, at the top of the admin's first page.

The theme calls it by its dotted name in settings.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from enrolment.models import Case
from messaging.models import Alarm
from trust.admin_base import reach_of
from trust.scope import scope


def what_stands(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    return {**context, "warnings": [*_urgent(request), *_alarms(request)]}


def _urgent(request: HttpRequest) -> list[dict[str, str]]:
    waiting = Case.objects.filter(status__in=Case.WAITING, urgency=Case.Urgency.URGENT)
    found = scope(waiting, reach_of(request), "inbox.answer").count()
    words = "1 urgent case waits" if found == 1 else f"{found} urgent cases wait"
    page = "admin:enrolment_case_changelist"
    return _said(found, f"{words} for a person.", page, "the inbox")


def _alarms(request: HttpRequest) -> list[dict[str, str]]:
    standing = Alarm.objects.filter(cleared_at=None)
    found = scope(standing, reach_of(request), "organisation.view").count()
    words = "1 alarm keeps" if found == 1 else f"{found} alarms keep"
    page = "admin:messaging_alarm_changelist"
    return _said(found, f"{words} texts from leaving.", page, "the alarms", "?state=open")


def _said(found: int, words: str, page: str, to: str, query: str = "") -> list[dict[str, str]]:
    return [{"words": words, "link": reverse(page) + query, "to": to}] if found else []
