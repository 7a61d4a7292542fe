"""The base of every admin page: nothing is listed, chosen, filtered or opened but through scope.

Deny by default. Django's own permissions are not asked; a page names the permission that opens it
and, if anything can be changed there, the one that changes it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, TypeVar

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from trust.admin_choices import ScopedChoices, ScopedRelatedFilter, choices_for
from trust.admin_counting import BoundedPaginator
from trust.audit import record
from trust.models.user import User
from trust.scope import holds, reach_of, scope

__all__ = [
    "ScopedAdmin",
    "ScopedInline",
    "ScopedRelatedFilter",
    "ScopedTabularInline",
    "choices_for",
    "reach_of",
]


def held(request: HttpRequest, permission: str, obj: models.Model | None) -> bool:
    """Whether the permission is held in this row. A page that only reads asks the database once,
    though Django asks for each inline; one that writes asks anew, since what it wrote may have
    moved the row."""
    if obj is None or obj.pk is None or request.method not in ("GET", "HEAD"):
        return holds(reach_of(request), permission, obj)
    kept: dict[Any, bool] = request.__dict__.setdefault("held_rows", {})
    key = (permission, obj._meta.label, obj.pk)
    if key not in kept:
        kept[key] = holds(reach_of(request), permission, obj)
    return kept[key]


R = TypeVar("R", bound=models.Model)


def once_a_row(show: Callable[[Any, R], str]) -> Callable[[Any, R], str]:
    """For what a page shows of a row and has to ask the database for: the admin's templates call it
    half a dozen times. Kept with the row, so for no longer than a request."""

    @wraps(show)
    def shown(page: Any, row: R) -> str:
        kept: dict[str, str] = row.__dict__.setdefault("_shown", {})
        if show.__name__ not in kept:
            kept[show.__name__] = show(page, row)
        return kept[show.__name__]

    return shown


class ScopedAdmin(ScopedChoices, ModelAdmin):
    """`view_permission` opens the page; without `change_permission` it only reads. Adding and
    deleting need `change_permission` and `allow_add` or `allow_delete` besides."""

    view_permission: ClassVar[str]
    change_permission: ClassVar[str | None] = None
    allow_add: ClassVar[bool] = False
    allow_delete: ClassVar[bool] = False
    paginator: type = BoundedPaginator
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return scope(super().get_queryset(request), reach_of(request), self.view_permission)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """One's own organisation is chosen already: hardly anybody has another."""
        own = getattr(request.user, "organisation_id", None)
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"organisation": own, **given} if own else given

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> models.Model:
        """Another organisation's row and a row that never was are the same answer: 404."""
        found: models.Model | None = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def has_module_permission(self, request: HttpRequest) -> bool:
        return reach_of(request).may_anywhere(self.view_permission)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return held(request, self.view_permission, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        permission = self.change_permission
        return permission is not None and held(request, permission, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.allow_add and self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.allow_delete and self.has_change_permission(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What was just written must lie where its writer may write; the view's transaction undoes
        it otherwise. The choices of the form are scoped by what may be seen, which is wider."""
        super().save_related(request, form, formsets, change)
        if not self.has_change_permission(request, form.instance):
            raise PermissionDenied
        for formset in formsets:
            written = [*formset.new_objects, *(row for row, _ in formset.changed_objects)]
            if any(not self.may_write(request, row) for row in written):
                raise PermissionDenied

    def may_write(self, request: HttpRequest, row: models.Model) -> bool:
        """For a row that hangs on this page's: rows of no organisation follow their parent."""
        permission = self.change_permission
        if permission is None:
            return False
        return not hasattr(row, "scope_organisation") or holds(reach_of(request), permission, row)

    def changeable(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> models.QuerySet[Any]:
        """What an action may touch of the rows it was given, which are all that may be seen."""
        if self.change_permission is None:
            return queryset.none()
        return scope(queryset, reach_of(request), self.change_permission)

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        self._record(request, obj, "added", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        self._record(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        for row in queryset:
            self._record(request, row, "deleted", "")
        return super().log_deletions(request, queryset)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [self._scoped_filter(entry) for entry in super().get_list_filter(request)]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page filters by: a lookup in the address is a question to the database,
        and a letter-by-letter one would read columns the page does not show."""
        if request is None:
            return False
        named: set[Any] = {
            entry[0]
            if isinstance(entry, tuple)
            # A filter of our own is known by the name it has in the address.
            else getattr(entry, "parameter_name", entry)
            for entry in self.list_filter
        }
        named.update({"pk", self.opts.pk.name, self.date_hierarchy})
        return any(
            isinstance(name, str) and (lookup == name or lookup.startswith(f"{name}__"))
            for name in named
        ) and super().lookup_allowed(lookup, value, request)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return to_field in {"pk", self.opts.pk.name}

    def _record(self, request: HttpRequest, obj: models.Model, deed: str, message: Any) -> None:
        """Every edit made on a page leaves an audit row: which fields, never what was in them."""
        record(
            verb=f"{self.opts.model_name}.{deed}",
            subject=obj,
            actor=request.user if isinstance(request.user, User) else None,
            detail={"fields": changed_fields(message)},
        )

    def _scoped_filter(self, entry: Any) -> Any:
        if not isinstance(entry, str):
            return entry
        field = get_fields_from_path(self.model, entry)[-1]
        return (entry, ScopedRelatedFilter) if field.is_relation else entry


def changed_fields(message: Any) -> list[str]:
    """The field labels in Django's own change message."""
    if not isinstance(message, list):
        return []
    parts = [part.get("changed") or part.get("added") or {} for part in message]
    return [str(label) for part in parts for label in part.get("fields", [])]


class ScopedInline(ScopedChoices):
    """Rows shown under a parent the user may see. Deny by default, as on a page of its own;
    whether they may be changed is asked of the parent row."""

    view_permission: ClassVar[str]
    change_permission: ClassVar[str | None] = None
    allow_add: ClassVar[bool] = False
    allow_delete: ClassVar[bool] = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return scope(rows, reach_of(request), self.view_permission)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return reach_of(request).may_anywhere(self.view_permission)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        permission = self.change_permission
        return permission is not None and held(request, permission, obj)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.allow_add and self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.allow_delete and self.has_change_permission(request, obj)


class ScopedTabularInline(ScopedInline, TabularInline):
    pass
