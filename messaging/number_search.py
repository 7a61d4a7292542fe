"""Finding one number's rows without the number ever standing in an address or a log.

The number is posted, turned into its blind index, and the page is filtered by a row's id instead.
Each search leaves an audit row.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

import phonenumbers
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trust import audit
from trust.admin_base import ScopedAdmin, reach_of
from trust.blind_index import number_indexes
from trust.models import Organisation, User
from trust.scope import scope

_PARAMETER = "number_row"
_POSSIBLE = phonenumbers.ValidationResult.IS_POSSIBLE


class NumberForm(forms.Form):
    number = forms.CharField(max_length=30, label=_("Exact number"))


class NumberFilter(admin.SimpleListFilter):
    """Shown only while the page is narrowed to one number, to be taken off again."""

    title = _("number")
    parameter_name = _PARAMETER
    lookup = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.lookup = model_admin.number_row_lookup
        chosen = request.GET.get(_PARAMETER, "")
        return [(chosen, gettext("the number searched for"))] if chosen.isdecimal() else []

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        chosen = self.value()
        if chosen is None or not chosen.isdecimal():
            return queryset
        return queryset.filter(**{self.lookup: int(chosen)})


class NumberSearchAdmin(ScopedAdmin):
    """A list of rows that belong to numbers. `number_rows` holds the number's index, and
    `number_row_lookup` leads from the listed row to it."""

    number_rows: ClassVar[type[models.Model]]
    number_row_lookup: ClassVar[str]
    list_before_template = "messaging/number_search.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.find_number)
        return [path("number/", view, name=self._url_name("number")), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if reach_of(request).may("number.reveal"):
            context["number_form"] = NumberForm()
            context["number_url"] = reverse(f"admin:{self._url_name('number')}")
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == _PARAMETER or super().lookup_allowed(lookup, value, request)

    def find_number(self, request: HttpRequest) -> HttpResponse:
        if not (self.has_view_permission(request) and reach_of(request).may("number.reveal")):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = NumberForm(request.POST)
        typed = form.cleaned_data["number"] if form.is_valid() else ""
        row = self._row_of(request, typed)
        page = reverse(f"admin:{self._url_name('changelist')}")
        if row is None:
            messages.warning(
                request, gettext("No row has this number. Write it with + and its country.")
            )
            return redirect(page)
        audit.record(
            verb="number.search",
            subject=row,
            actor=request.user if isinstance(request.user, User) else None,
        )
        return redirect(f"{page}?{_PARAMETER}={row.pk}")

    def _row_of(self, request: HttpRequest, typed: str) -> models.Model | None:
        theirs = scope(Organisation.objects.all(), reach_of(request), "number.reveal")
        return found_by_number(self.number_rows, theirs, typed)

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def found_by_number(
    kind: type[models.Model], organisations: Iterable[Organisation], typed: str
) -> models.Model | None:
    """The row of a model with `number_index`; a number without its country is read as from the
    organisation's."""
    for organisation in organisations:
        number = _e164(typed, organisation.country)
        if number is None:
            continue
        found: models.Model | None = kind._default_manager.filter(
            organisation_id=organisation.pk,
            number_index__in=number_indexes(organisation.pk, number),
        ).first()
        if found is not None:
            return found
    return None


def _e164(typed: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return None
    # A short code such as 2250 would read as the tail of a number.
    if phonenumbers.is_possible_number_with_reason(number) != _POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(number: str | None) -> str:
    """Enough to tell two rows apart, too little to call."""
    return f"{number[:3]} ••• {number[-2:]}" if number else "erased"
