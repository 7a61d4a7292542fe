"""The rows a page offers: in choices, in filters, in what a form accepts. All of them scoped."""

from typing import Any, ClassVar, Protocol

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from trust.scope import reach_of, scope


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
