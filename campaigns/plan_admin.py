"""The plan and its wording, to be read row by row."""

from django.contrib import admin
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.models.step import Step
from campaigns.models.text import Text
from campaigns.wording import worst_case
from trust.admin_base import ScopedAdmin


class StagePage(ScopedAdmin):
    view_permission = "campaign.view"
    list_display = ("name", "version", "anchor", "track", "late", "shelf_hours")
    list_filter = ("version", "anchor", "track")
    list_select_related = ("version__campaign",)


class StepPage(ScopedAdmin):
    view_permission = "campaign.view"
    list_display = ("key", "stage", "when", "question", "priority", "late", "techniques")
    list_filter = ("version", "stage", "priority")
    search_fields = ("key",)
    list_select_related = ("stage", "question", "version__campaign")
    list_per_page = 200

    @admin.display(description=_("when"))
    def when(self, step: Step) -> str:
        if step.day is None:
            return gettext("%(after_minutes)s min after %(anchor)s") % {
                "after_minutes": step.after_minutes,
                "anchor": step.stage.anchor,
            }
        return f"{step.stage.anchor} {step.day:+d}, {step.slot}"

    @admin.display(description=_("techniques"))
    def techniques(self, step: Step) -> str:
        return ", ".join(step.tags)


class TextPage(ScopedAdmin):
    """Wording, with what it costs at its longest."""

    view_permission = "campaign.view"
    list_display = ("key", "language", "body", "longest")
    list_filter = ("version", "language")
    search_fields = ("key", "body")
    list_select_related = ("version__campaign",)

    @admin.display(description=_("longest"))
    def longest(self, text: Text) -> str:
        size = worst_case(text.body, text.version.campaign.variables)
        return (
            gettext("%(units)s of 160") % {"units": size.units}
            if size.encoding == "gsm7"
            else ngettext("%(count)s segment", "%(count)s segments", size.segments)
            % {"count": size.segments}
        )
