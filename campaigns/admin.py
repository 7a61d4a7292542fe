from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.calendar_admin import CalendarDatePage, DayOffPage
from campaigns.country_admin import CountryKit
from campaigns.models.bank_text import BankText
from campaigns.models.calendar_date import CalendarDate
from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.day_off import DayOff
from campaigns.models.keyword import Keyword
from campaigns.models.membership import Membership
from campaigns.models.message_bank import MessageBank
from campaigns.models.question import Question
from campaigns.models.stage import Stage
from campaigns.models.step import Step
from campaigns.models.text import Text
from campaigns.wording import worst_case
from trust.admin_base import ScopedAdmin, ScopedTabularInline, reach_of

admin.site.register(CalendarDate, CalendarDatePage)
admin.site.register(DayOff, DayOffPage)


class MembershipInline(ScopedTabularInline):
    model = Membership
    view_permission = "campaign.view"
    change_permission = "campaign.edit"
    allow_add = True
    allow_delete = True
    fields = ("user", "role")
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(CountryKit):
    """What people call a programme; its wording is in its versions."""

    view_permission = "campaign.view"
    change_permission = "campaign.edit"
    list_display = ("name", "country", "sender", "published", "people")
    search_fields = ("name", "key")
    fields = (
        ("name", "key"), "about", ("sender", "country", "time_zone"), "minimum_age",
        "broadcast_approval_above", "variables",
    )  # fmt: skip
    readonly_fields = ("key", "country", "time_zone", "sender")
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        rows: QuerySet[Campaign] = super().get_queryset(request)
        return rows.annotate(enrolled=Count("enrolments", distinct=True))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return reach_of(request).may("campaign.edit")

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Made on a page of its own, which knows what a campaign needs."""
        return redirect("campaigns:new_campaign")

    @admin.display(description="published version")
    def published(self, campaign: Campaign) -> str:
        live = campaign.versions.filter(status=CampaignVersion.Status.PUBLISHED).first()
        return f"v{live.number}" if live else "none yet"

    @admin.display(description="enrolled", ordering="enrolled")
    def people(self, campaign: Campaign) -> int:
        return int(getattr(campaign, "enrolled", 0))


class ContentInline(ScopedTabularInline):
    """Content is read here and changed by loading a pack as a new version."""

    view_permission = "campaign.view"
    extra = 0
    show_change_link = True


class StageInline(ContentInline):
    model = Stage
    fields = readonly_fields = ("key", "name", "anchor", "track", "late", "shelf_hours")


class KeywordInline(ContentInline):
    model = Keyword
    fields = readonly_fields = ("word", "language", "action", "bank")


@admin.register(CampaignVersion)
class CampaignVersionAdmin(ScopedAdmin):
    """Read here; taken from draft to published on its review page."""

    view_permission = "campaign.view"
    list_display = ("__str__", "status", "step_count", "text_count", "published_at", "reviewed")
    list_filter = ("campaign", "status")
    fields = (
        ("campaign", "status"),
        ("author", "approver"),
        ("approved_at", "published_at"),
        "clinical_review",
        "spoken",
        "allowed_hours",
        "slot_times",
        "first_questions",
    )
    readonly_fields = (
        "clinical_review", "spoken", "allowed_hours", "slot_times", "first_questions",
    )  # fmt: skip
    inlines = (StageInline, KeywordInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CampaignVersion]:
        rows: QuerySet[CampaignVersion] = super().get_queryset(request)
        return rows.select_related("campaign").annotate(
            step_total=Count("steps", distinct=True), text_total=Count("texts", distinct=True)
        )

    @admin.display(description="steps")
    def step_count(self, version: CampaignVersion) -> int:
        return int(getattr(version, "step_total", 0))

    @admin.display(description="texts")
    def text_count(self, version: CampaignVersion) -> int:
        return int(getattr(version, "text_total", 0))

    @admin.display(description="clinical review")
    def reviewed(self, version: CampaignVersion) -> str:
        return "approved" if version.clinically_approved else "not clinically reviewed"

    @admin.display(description="clinical review")
    def clinical_review(self, version: CampaignVersion) -> str:
        if not version.clinically_approved:
            return "Not clinically reviewed: only the fake provider carries it."
        day = f"{version.clinical_date:%d %b %Y}"
        told = (version.clinical_reviewer, version.clinical_body, day, version.clinical_reference)
        return ", ".join(filter(None, told))

    @admin.display(description="languages")
    def spoken(self, version: CampaignVersion) -> str:
        return f"{', '.join(version.languages)}; {version.default_language} where one is missing"

    @admin.display(description="allowed hours")
    def allowed_hours(self, version: CampaignVersion) -> str:
        return f"{version.hours_start:%H:%M} to {version.hours_end:%H:%M}, the person's own time"

    @admin.display(description="slots")
    def slot_times(self, version: CampaignVersion) -> str:
        slots = sorted(version.slots.items(), key=lambda item: str(item[1][0]))
        return "; ".join(f"{name} {start} to {end}" for name, (start, end) in slots)

    @admin.display(description="asked when joining")
    def first_questions(self, version: CampaignVersion) -> str:
        return ", ".join(version.onboarding)


@admin.register(Stage)
class StageAdmin(ScopedAdmin):
    view_permission = "campaign.view"
    list_display = ("name", "version", "anchor", "track", "late", "shelf_hours")
    list_filter = ("version", "anchor", "track")
    list_select_related = ("version__campaign",)


@admin.register(Step)
class StepAdmin(ScopedAdmin):
    view_permission = "campaign.view"
    list_display = ("key", "stage", "when", "question", "priority", "late", "techniques")
    list_filter = ("version", "stage", "priority")
    search_fields = ("key",)
    list_select_related = ("stage", "question", "version__campaign")
    list_per_page = 200

    @admin.display(description="when")
    def when(self, step: Step) -> str:
        if step.day is None:
            return f"{step.after_minutes} min after {step.stage.anchor}"
        return f"{step.stage.anchor} {step.day:+d}, {step.slot}"

    @admin.display(description="techniques")
    def techniques(self, step: Step) -> str:
        return ", ".join(step.tags)


@admin.register(Text)
class TextAdmin(ScopedAdmin):
    """Wording, with what it costs at its longest."""

    view_permission = "campaign.view"
    list_display = ("key", "language", "body", "longest")
    list_filter = ("version", "language")
    search_fields = ("key", "body")
    list_select_related = ("version__campaign",)

    @admin.display(description="longest")
    def longest(self, text: Text) -> str:
        size = worst_case(text.body, text.version.campaign.variables)
        return f"{size.units} of 160" if size.encoding == "gsm7" else f"{size.segments} segments"


@admin.register(Question)
class QuestionAdmin(ScopedAdmin):
    view_permission = "campaign.view"
    list_display = ("key", "version", "kind", "attribute", "expires_hours")
    list_filter = ("version", "kind")
    list_select_related = ("version__campaign",)


class BankTextInline(ContentInline):
    model = BankText
    fields = readonly_fields = ("key", "position", "tags")


@admin.register(MessageBank)
class MessageBankAdmin(ScopedAdmin):
    view_permission = "campaign.view"
    list_display = ("name", "key", "version", "size")
    list_filter = ("version",)
    list_select_related = ("version__campaign",)
    inlines = (BankTextInline,)

    @admin.display(description="texts")
    def size(self, bank: MessageBank) -> int:
        return bank.texts.count()


@admin.register(Keyword)
class KeywordAdmin(ScopedAdmin):
    view_permission = "campaign.view"
    list_display = ("word", "language", "action", "bank", "version")
    list_filter = ("version", "language", "action")
    search_fields = ("word",)
    list_select_related = ("bank", "version__campaign")
