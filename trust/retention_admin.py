"""How long what is kept, and what was taken away."""

from typing import ClassVar

from trust.admin_base import ScopedAdmin


class RetentionPage(ScopedAdmin):
    """One row an organisation, made with it. A shorter time counts from the next run on."""

    view_permission = "organisation.view"
    change_permission = "organisation.manage"
    list_display = ("organisation", "words_months", "number_months", "link_days", "audit_years")
    list_select_related = ("organisation",)
    readonly_fields: ClassVar = ("organisation",)
    fields = (
        "organisation", "words_months", "number_months", "link_days", "erased_number_hours",
        "audit_years",
    )  # fmt: skip


class PurgePage(ScopedAdmin):
    view_permission = "organisation.view"
    list_display = ("what", "day", "count", "last_at", "organisation")
    list_filter = ("what", "day")
    list_select_related = ("organisation",)
    date_hierarchy = "day"
    fields = ("organisation", "what", "day", "count", "last_at")
