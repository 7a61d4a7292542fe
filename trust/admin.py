from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from trust import retention
from trust.admin_base import ScopedAdmin, reach_of
from trust.models.audit_event import AuditEvent
from trust.models.organisation import Organisation
from trust.models.purge import Purge
from trust.models.retention_settings import RetentionSettings
from trust.models.user import User
from trust.retention_admin import PurgePage, RetentionPage

# Roles decide here; a page of groups that open nothing would mislead.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)

admin.site.register(RetentionSettings, RetentionPage)
admin.site.register(Purge, PurgePage)


@admin.register(Organisation)
class OrganisationPage(ScopedAdmin):
    view_permission = "organisation.view"
    change_permission = "organisation.manage"
    allow_add = True
    list_display = ("name", "country", "time_zone", "default_language")
    search_fields = ("name", "slug")
    prepopulated_fields: ClassVar = {"slug": ("name",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new organisation lies within nobody's reach but the platform's."""
        return reach_of(request).platform

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        retention.ensure(obj)


class NewUserForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "organisation", "organisation_role")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class UserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


@admin.register(User)
class UserPage(ScopedAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    view_permission = "organisation.manage"
    change_permission = "organisation.manage"
    allow_add = True
    form = UserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "organisation", "organisation_role", "is_active")
    list_filter = ("is_active", "organisation_role", "organisation")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Work", {"fields": ("organisation", "organisation_role")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Times", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "organisation", "organisation_role")}),
        ("Password", {"fields": ("usable_password", "password1", "password2")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only the platform makes somebody the platform."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if reach_of(request).platform else (*fixed, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever may set a password may log in with it, so the platform's users are the
        platform's alone, whatever organisation they are in."""
        if isinstance(obj, User) and obj.is_superuser and not reach_of(request).platform:
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A user without an organisation would be out of their maker's reach."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField) and not reach_of(request).platform:
            field.required = True
        return field


@admin.register(AuditEvent)
class AuditEventPage(ScopedAdmin):
    view_permission = "audit.view"
    list_display = ("at", "actor", "actor_label", "verb", "subject_type", "subject_id")
    list_select_related = ("actor",)
    search_fields = ("=verb", "=subject_type", "=subject_id")
    date_hierarchy = "at"
    show_full_result_count = False
