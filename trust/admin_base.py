"""The base of every admin page: nothing is listed, chosen, filtered or opened but through scope.

Deny by default. Django's own permissions are not asked; a page names the permission that opens it
and, if anything can be changed there, the one that changes it.
"""

from typing import Any, ClassVar, Protocol

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from trust.audit import record
from trust.models.user import User
from trust.scope import NOBODY, Reach, scope


def reach_of(request: HttpRequest) -> Reach:
    """Set by the middleware. A request that passed none may do nothing."""
    reach = getattr(request, "reach", NOBODY)
    return reach if isinstance(reach, Reach) else NOBODY


def changed_fields(message: Any) -> list[str]:
    """The field labels in Django's own change message."""
    if not isinstance(message, list):
        return []
    parts = [part.get("changed") or part.get("added") or {} for part in message]
    return [str(label) for part in parts for label in part.get("fields", [])]


class _Page(Protocol):
    admin_site: admin.AdminSite
    view_permission: str


def choices_for(
    page: _Page, model: type[models.Model], request: HttpRequest
) -> models.QuerySet[Any]:
    """The rows of a related model this user may pick: those its own page would list."""
    return _scoped_choices(page, model._default_manager.all(), request)


def _scoped_choices(
    page: _Page, rows: models.QuerySet[Any], request: HttpRequest
) -> models.QuerySet[Any]:
    if not hasattr(rows.model, "scope_organisation"):
        return rows.none()
    permission = page.view_permission
    if page.admin_site.is_registered(rows.model):
        own_page = page.admin_site.get_model_admin(rows.model)
        permission = getattr(own_page, "view_permission", permission)
    return scope(rows, reach_of(request), permission)


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A list filter whose choices are scoped as its rows are."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        related = field.remote_field.model
        ordering = self.field_admin_ordering(field, request, model_admin)
        rows = choices_for(model_admin, related, request).order_by(*ordering or ("pk",))
        return [(str(row.pk), str(row)) for row in rows]


class ScopedChoices:
    """Foreign keys and many-to-many fields offer, and accept, only rows within reach."""

    view_permission: ClassVar[str]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._within_reach(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._within_reach(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _within_reach(
        self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]
    ) -> models.QuerySet[Any]:
        rows = kwargs.get("queryset")
        if rows is None:
            rows = self.get_field_queryset(kwargs.get("using"), db_field, request)  # type: ignore[attr-defined]
        if rows is None:
            rows = db_field.remote_field.model._default_manager.all()
        return _scoped_choices(self, rows, request)  # type: ignore[arg-type]


class ScopedAdmin(ScopedChoices, ModelAdmin):
    """`view_permission` opens the page; without `change_permission` it only reads. Adding and
    deleting need `change_permission` and `allow_add` or `allow_delete` besides."""

    view_permission: ClassVar[str]
    change_permission: ClassVar[str | None] = None
    allow_add: ClassVar[bool] = False
    allow_delete: ClassVar[bool] = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return scope(super().get_queryset(request), reach_of(request), self.view_permission)

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
        return self._holds(request, self.view_permission, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.change_permission is not None and self._holds(
            request, self.change_permission, obj
        )

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
            entry[0] if isinstance(entry, tuple) else entry for entry in self.list_filter
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

    def _holds(self, request: HttpRequest, permission: str, obj: models.Model | None) -> bool:
        reach = reach_of(request)
        if obj is None or obj.pk is None:
            return reach.may_anywhere(permission)
        return scope(self.model._default_manager.filter(pk=obj.pk), reach, permission).exists()

    def _scoped_filter(self, entry: Any) -> Any:
        if not isinstance(entry, str):
            return entry
        field = get_fields_from_path(self.model, entry)[-1]
        return (entry, ScopedRelatedFilter) if field.is_relation else entry


class ScopedTabularInline(ScopedChoices, TabularInline):
    """Rows shown under a parent the user may see; changed by whoever may change the parent's kind.

    Deny by default, as on a page of its own."""

    view_permission: ClassVar[str]
    change_permission: ClassVar[str | None] = None
    allow_add: ClassVar[bool] = False
    allow_delete: ClassVar[bool] = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return scope(super().get_queryset(request), reach_of(request), self.view_permission)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return reach_of(request).may_anywhere(self.view_permission)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        permission = self.change_permission
        if permission is None:
            return False
        reach = reach_of(request)
        if obj is None or obj.pk is None:
            return reach.may_anywhere(permission)
        return scope(type(obj)._default_manager.filter(pk=obj.pk), reach, permission).exists()

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.allow_add and self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.allow_delete and self.has_change_permission(request, obj)
