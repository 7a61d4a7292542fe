"""What must not be overlooked, at the top of the admin's first page.

The theme calls it by its dotted name in settings.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from enrolment.models import Broadcast, Case, Page
from messaging.clock import calendar_now
from messaging.models import Alarm
from trust.admin_base import reach_of
from trust.scope import scope


def what_stands(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    found = [
        *_urgent(request),
        *_overdue(request),
        *_untold(request),
        *_alarms(request),
        *_broadcasts(request),
    ]
    return {**context, "warnings": found}


def _urgent(request: HttpRequest) -> list[dict[str, str]]:
    waiting = Case.objects.filter(status__in=Case.WAITING, urgency=Case.Urgency.URGENT)
    found = scope(waiting, reach_of(request), "inbox.answer").count()
    words = "1 urgent case waits" if found == 1 else f"{found} urgent cases wait"
    page = "admin:enrolment_case_changelist"
    return _said(found, f"{words} for a person.", page, "the inbox")


def _overdue(request: HttpRequest) -> list[dict[str, str]]:
    """Managers are told how many, who may not read them."""
    late = Case.objects.filter(status__in=Case.WAITING, due_at__lt=calendar_now())
    reach = reach_of(request)
    found = scope(late, reach, "inbox.answer").count()
    if found:
        page, to, query = "admin:enrolment_case_changelist", "them", "?show=overdue"
    else:
        found = scope(late, reach, "campaign.edit").count()
        page, to, query = "admin:enrolment_pagercontact_changelist", "who is paged", ""
    words = "1 case is overdue" if found == 1 else f"{found} cases are overdue"
    return _said(found, f"{words} in the counsellors' inbox.", page, to, query)


def _untold(request: HttpRequest) -> list[dict[str, str]]:
    """Pages that were given up, of cases that still wait."""
    lost = Page.objects.filter(status=Page.Status.FAILED, case__status__in=Case.WAITING)
    found = scope(lost, reach_of(request), "campaign.edit").count()
    words = "1 page reached nobody" if found == 1 else f"{found} pages reached nobody"
    page = "admin:enrolment_pagercontact_changelist"
    return _said(found, f"{words}, and the case still waits.", page, "who is paged")


def _alarms(request: HttpRequest) -> list[dict[str, str]]:
    standing = Alarm.objects.filter(cleared_at=None)
    found = scope(standing, reach_of(request), "organisation.view").count()
    words = "1 alarm keeps" if found == 1 else f"{found} alarms keep"
    page = "admin:messaging_alarm_changelist"
    return _said(found, f"{words} texts from leaving.", page, "the alarms", "?state=open")


def _broadcasts(request: HttpRequest) -> list[dict[str, str]]:
    """Of others: nobody approves what they wrote."""
    reach = reach_of(request)
    waiting = Broadcast.objects.filter(status=Broadcast.Status.AWAITING)
    found = scope(waiting.exclude(author_id=reach.user_id), reach, "broadcast.approve").count()
    words = "1 broadcast waits" if found == 1 else f"{found} broadcasts wait"
    return _said(found, f"{words} for your approval.", "enrolment:broadcasts", "the broadcasts")


def _said(found: int, words: str, page: str, to: str, query: str = "") -> list[dict[str, str]]:
    return [{"words": words, "link": reverse(page) + query, "to": to}] if found else []
