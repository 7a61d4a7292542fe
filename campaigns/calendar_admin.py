"""Pages of the country calendars; registered in `campaigns.admin`."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns import calendar_editing
from campaigns.countries import country_choices, country_name
from campaigns.models.calendar_date import CalendarDate
from campaigns.models.day_off import DayOff
from trust.admin_base import ScopedAdmin, reach_of
from trust.models import Organisation, User


class CountryFilter(admin.AllValuesFieldListFilter):
    """The countries there are rows of, by name."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": country_name(str(choice["display"]))}


def country_field() -> forms.ChoiceField:
    return forms.ChoiceField(choices=country_choices, widget=UnfoldAdminSelectWidget)


class CalendarDateForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    country = country_field()

    class Meta:
        model = CalendarDate
        fields = ("organisation", "country", "key", "edition", "name", "day", "is_expected")
        help_texts = {  # noqa: RUF012
            "key": _("What stages name after the dot, as in calendar.ramadan."),
            "edition": _(
                "The year it belongs to, such as 1448 for Ramadan or 2027 for a world day. "
                "It stays the same when the day is moved."
            ),
            "day": _("The first day. When it is moved, plans that count from it follow."),
            "is_expected": _(
                "Ticked until the day is confirmed, as by the moon. It changes nothing "
                "about what is sent."
            ),
        }

    def _post_clean(self) -> None:
        """The row is whole only here: on a page of a row that is there, half of it is not asked."""
        super()._post_clean()  # type: ignore[misc]
        problem = "" if self.errors else calendar_editing.order_problem(self.instance)
        if problem:
            self.add_error("day", problem)


class DayOffForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    country = country_field()

    class Meta:
        model = DayOff
        fields = ("organisation", "country", "day", "name", "is_off")
        labels = {"is_off": _("Public holiday")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "name": _("Such as Easter Monday."),
            "is_off": _(
                "Ticked: a holiday here, though the country's list does not have it. Not ticked: "
                "an ordinary day here, though the list calls it a holiday. Weekends stay as the "
                "country has them."
            ),
        }


class CalendarPage(ScopedAdmin):
    """A country's days are the whole organisation's: a role in one campaign opens none of them."""

    view_permission = "campaign.view"
    change_permission = "campaign.edit"
    allow_add = True
    allow_delete = True
    #: What the row is known by; it never changes.
    identity: tuple[str, ...]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return reach_of(request).may(self.view_permission)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        may = reach_of(request).may(self.view_permission)
        return may and super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        may = reach_of(request).may("campaign.edit")
        return may and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.identity if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        own = reach_of(request).organisation_id
        if own is None:
            return initial
        return {"country": Organisation.objects.get(pk=own).country, **initial}

    @admin.display(description=_("country"), ordering="country")
    def country_name(self, row: CalendarDate | DayOff) -> str:
        return country_name(row.country)


class CalendarDatePage(CalendarPage):
    """Days plans count from. Saved by verbs, which keep the audit and stamp the moves."""

    form = CalendarDateForm
    identity = ("organisation", "country", "key", "edition")
    list_display = ("name", "key", "country_name", "edition", "day", "expected")
    list_filter = (("country", CountryFilter), "key", "is_expected")
    search_fields = ("name", "key")
    date_hierarchy = "day"

    @admin.display(description=_("expected?"), boolean=True, ordering="is_expected")
    def expected(self, row: CalendarDate) -> bool:
        return row.is_expected

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        counted = isinstance(obj, CalendarDate) and calendar_editing.campaigns_counting_from(obj)
        return not counted and super().has_delete_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: CalendarDate, form: forms.Form, change: bool
    ) -> None:
        actor = _user(request)
        if not change:
            calendar_editing.add_date(calendar_date=obj, actor=actor)
            return
        moved = calendar_editing.change_date(
            calendar_date=obj, day=obj.day, name=obj.name, is_expected=obj.is_expected, actor=actor
        )
        counting = calendar_editing.campaigns_counting_from(obj) if moved else []
        if counting:
            self.message_user(
                request,
                gettext("Counts from it, and follows: %(counting)s.")
                % {"counting": ", ".join(counting)},
            )

    def delete_model(self, request: HttpRequest, obj: CalendarDate) -> None:
        calendar_editing.remove_date(calendar_date=obj, actor=_user(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDate]) -> None:
        for row in queryset:
            calendar_editing.remove_date(calendar_date=row, actor=_user(request))

    def _record(self, request: HttpRequest, obj: Model, deed: str, message: Any) -> None:
        """The verbs have written the audit row, with the days."""


class DayOffPage(CalendarPage):
    """Corrections of a country's public holidays."""

    form = DayOffForm
    identity = ("organisation", "country", "day")
    list_display = ("name", "country_name", "day", "is_off")
    list_filter = (("country", CountryFilter), "is_off")
    search_fields = ("name",)
    date_hierarchy = "day"


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
