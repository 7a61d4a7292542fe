from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from trust import retention
from trust.admin_base import ScopedAdmin, reach_of
from trust.models.audit_event import AuditEvent
from trust.models.organisation import Organisation
from trust.models.purge import Purge
from trust.models.retention_settings import RetentionSettings
from trust.models.user import User
from trust.retention_admin import PurgePage, RetentionPage
from trust.user_admin import UserPage

# Roles decide here; a page of groups that open nothing would mislead.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)

admin.site.register(RetentionSettings, RetentionPage)
admin.site.register(Purge, PurgePage)
admin.site.register(User, UserPage)


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


@admin.register(AuditEvent)
class AuditEventPage(ScopedAdmin):
    view_permission = "audit.view"
    list_display = ("at", "actor", "actor_label", "verb", "subject_type", "subject_id")
    list_select_related = ("actor",)
    search_fields = ("=verb", "=subject_type", "=subject_id")
    list_filter = ("at",)
