"""What the list of cases is narrowed to; what waits, unless somebody asks for more."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from enrolment.models.case import Case
from messaging.clock import calendar_now

WAITING = "waiting"
NARROWED: dict[str, Any] = {
    WAITING: _("Waiting"),
    "mine": _("Mine"),
    "unassigned": _("Nobody's yet"),
    "overdue": _("Overdue"),
    "answered": _("Answered"),
    "resolved": _("Resolved"),
    "all": _("All"),
}


def narrowed(cases: QuerySet[Case], to: str, user_id: int | None) -> QuerySet[Case]:
    waiting = cases.filter(status__in=Case.WAITING)
    match to:
        case "mine":
            mine = (*Case.WAITING, Case.Status.ANSWERED)
            return cases.filter(assigned_to_id=user_id, status__in=mine)
        case "unassigned":
            return cases.filter(status=Case.Status.OPEN)
        case "overdue":
            return waiting.filter(due_at__lt=calendar_now())
        case "answered" | "resolved":
            return cases.filter(status=to)
        case "all":
            return cases
    return waiting


class ShownFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(NARROWED.items())

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Without Django's own "All", which would be a second one."""
        chosen = self.value() or WAITING
        for value, title in self.lookup_choices:
            yield {
                "selected": chosen == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        return narrowed(queryset, self.value() or WAITING, request.user.pk)
