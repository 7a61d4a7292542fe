"""What stands around the inbox: replies ready to be used, and who is paged."""

from typing import Any, ClassVar

from django.db import models

from enrolment import case_page
from trust.admin_base import ScopedAdmin


class CannedReplyPage(ScopedAdmin):
    view_permission = "inbox.answer"
    change_permission = "inbox.answer"
    allow_add = True
    allow_delete = True
    list_display = ("title", "language", "campaign", "text")
    list_filter = ("language", "campaign")
    list_select_related = ("campaign",)
    fields = ("organisation", "campaign", "title", "language", "text")


class PagerContactPage(ScopedAdmin):
    """Who is told at once of an urgent case."""

    #: An address typed without its scheme is taken as https.
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    view_permission = "campaign.edit"
    change_permission = "campaign.edit"
    allow_add = True
    list_display = ("name", "campaign", "way", "is_active")
    list_filter = ("campaign", "is_active")
    list_select_related = ("campaign",)
    fields = ("organisation", "campaign", "name", "email", "webhook", "is_active", "secret")
    readonly_fields = ("secret",)

    def way(self, contact: Any) -> str:
        return "email" if contact.email else "webhook"

    def secret(self, contact: Any) -> str:
        return case_page.webhook_secret(contact)
