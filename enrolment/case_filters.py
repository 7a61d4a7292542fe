"""What the list of cases is narrowed to; what waits, unless somebody asks for more."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from enrolment.models.case import Case
from messaging.clock import CalendarNow

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


def shelf(name: str, user_id: int | None) -> Q:
    waiting = Q(status__in=Case.WAITING)
    match name:
        case "mine":
            return Q(assigned_to_id=user_id, status__in=(*Case.WAITING, Case.Status.ANSWERED))
        case "unassigned":
            return Q(status=Case.Status.OPEN)
        case "overdue":
            return waiting & Q(due_at__lt=CalendarNow())
        case "answered" | "resolved":
            return Q(status=name)
        case "all":
            return Q()
    return waiting


def counted(cases: QuerySet[Case], names: Sequence[str], user_id: int | None) -> dict[str, int]:
    """How many lie on each of these shelves, in one query. Only of shelves whose cases are open or
    the user's own: all others may be very many."""
    near = Q(status__in=Case.WAITING) | shelf("mine", user_id)
    counts = {name: Count("pk", filter=shelf(name, user_id)) for name in names}
    return cases.filter(near).order_by().aggregate(**counts)


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
        return queryset.filter(shelf(self.value() or WAITING, request.user.pk))
