from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import reviewing
from campaigns.calendar_admin import CalendarDatePage, DayOffPage
from campaigns.campaign_forms import CampaignForm
from campaigns.country_admin import CountryKit
from campaigns.membership_admin import MembershipInline, MembershipPage
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
from campaigns.plan_admin import StagePage, StepPage, TextPage
from messaging.models import Sender
from trust.admin_base import ScopedAdmin, ScopedTabularInline, once_a_row, reach_of
from trust.scope import scope

admin.site.register(CalendarDate, CalendarDatePage)
admin.site.register(DayOff, DayOffPage)
admin.site.register(Membership, MembershipPage)
admin.site.register(Stage, StagePage)
admin.site.register(Step, StepPage)
admin.site.register(Text, TextPage)


_RULES = ("minimum_age", "broadcast_approval_above", "variables")
_PLACE = ("sender", "country", "time_zone")
_MOVABLE = _("All three can be put right until the first version is published.")
_FIXED = _(
    "All three stay as they were when a version was published: people were asked, and their texts "
    "are planned, by them. Another country is another campaign. Another number is written into the "
    "sender, on its own page."
)


def _how_many(model: type[Model], rows: str) -> Subquery:
    """Each by itself: in one query every step would stand beside every text."""
    one = model._default_manager.filter(pk=OuterRef("pk")).order_by()
    return Subquery(one.annotate(n=Count(rows)).values("n"))


def _is_fixed(campaign: Campaign | None) -> bool:
    """As the page's own query found it; `save_model` asks anew."""
    return campaign is not None and bool(getattr(campaign, "had_people", campaign.pk))


@admin.register(Campaign)
class CampaignAdmin(CountryKit):
    """What people call a programme; its wording is in its versions."""

    view_permission = "campaign.view"
    change_permission = "campaign.edit"
    list_display = ("name", "country", "sender", "published")
    search_fields = ("name", "key")
    form = CampaignForm
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        """How many people are in each stands on the start page, counted beforehand."""
        rows: QuerySet[Campaign] = super().get_queryset(request)
        versions = CampaignVersion.objects.filter(campaign=OuterRef("pk"))
        live = versions.filter(status="published").values("number")[:1]
        had_people = Exists(versions.filter(published_at__isnull=False))
        return rows.select_related("sender").annotate(live_number=live, had_people=had_people)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Whoever makes campaigns chooses among the senders, without managing them."""
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "sender":
            field.queryset = scope(Sender.objects.all(), reach_of(request), "campaign.edit")
        return field

    def get_fieldsets(
        self, request: HttpRequest, obj: Campaign | None = None
    ) -> list[tuple[str | None, dict[str, Any]]]:
        place = _FIXED if _is_fixed(obj) else _MOVABLE
        return [
            (None, {"fields": (("name", "key"), "about", *_RULES)}),
            (gettext("Place and number"), {"fields": (_PLACE,), "description": place}),
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Campaign | None = None
    ) -> tuple[str, ...]:
        return ("key", *_PLACE) if _is_fixed(obj) else ("key",)

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        """Published between the page and its button: then it is too late."""
        Campaign.objects.select_for_update().get(pk=obj.pk)
        if obj.was_published and not set(_PLACE).isdisjoint(form.changed_data):
            raise PermissionDenied
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return reach_of(request).may("campaign.edit")

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Made on pages of their own, which know what a campaign needs."""
        return redirect("campaigns:add_campaign")

    @admin.display(description=_("published version"))
    def published(self, campaign: Campaign) -> str:
        live: int | None = campaign.live_number  # type: ignore[attr-defined]
        return f"v{live}" if live else gettext("none yet")


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
    fields = readonly_fields = ("word", "language", "action", "bank", "case")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Keyword]:
        rows: QuerySet[Keyword] = super().get_queryset(request)
        return rows.select_related("bank")


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
        "native_readers",
        "spoken",
        "allowed_hours",
        "slot_times",
        "first_questions",
    )
    readonly_fields = (
        "clinical_review", "native_readers", "spoken", "allowed_hours", "slot_times",
        "first_questions",
    )  # fmt: skip
    inlines = (StageInline, KeywordInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CampaignVersion]:
        rows: QuerySet[CampaignVersion] = super().get_queryset(request)
        return rows.select_related("campaign").annotate(
            step_total=_how_many(CampaignVersion, "steps"),
            text_total=_how_many(CampaignVersion, "texts"),
        )

    @admin.display(description=_("steps"))
    def step_count(self, version: CampaignVersion) -> int:
        return int(getattr(version, "step_total", 0))

    @admin.display(description=_("texts"))
    def text_count(self, version: CampaignVersion) -> int:
        return int(getattr(version, "text_total", 0))

    @admin.display(description=_("clinical review"))
    def reviewed(self, version: CampaignVersion) -> str:
        return (
            gettext("approved")
            if version.clinically_approved
            else gettext("not clinically reviewed")
        )

    @admin.display(description=_("clinical review"))
    def clinical_review(self, version: CampaignVersion) -> str:
        if not version.clinically_approved:
            return gettext("Not clinically reviewed: only the fake provider carries it.")
        day = f"{version.clinical_date:%d %b %Y}"
        told = (version.clinical_reviewer, version.clinical_body, day, version.clinical_reference)
        return ", ".join(filter(None, told))

    @admin.display(description=_("native readers"))
    @once_a_row
    def native_readers(self, version: CampaignVersion) -> str:
        readers = reviewing.native_readers(version).items()
        return "; ".join(f"{language}: {read or gettext('none yet')}" for language, read in readers)

    @admin.display(description=_("languages"))
    def spoken(self, version: CampaignVersion) -> str:
        return gettext("%(languages)s; %(default_language)s where one is missing") % {
            "languages": ", ".join(version.languages),
            "default_language": version.default_language,
        }

    @admin.display(description=_("allowed hours"))
    def allowed_hours(self, version: CampaignVersion) -> str:
        return gettext("%(hours_start)s to %(hours_end)s, the person's own time") % {
            "hours_start": f"{version.hours_start:%H:%M}",
            "hours_end": f"{version.hours_end:%H:%M}",
        }

    @admin.display(description=_("slots"))
    def slot_times(self, version: CampaignVersion) -> str:
        slots = sorted(version.slots.items(), key=lambda item: str(item[1][0]))
        return "; ".join(f"{name} {start}-{end}" for name, (start, end) in slots)

    @admin.display(description=_("asked when joining"))
    def first_questions(self, version: CampaignVersion) -> str:
        return ", ".join(version.onboarding)


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageBank]:
        rows: QuerySet[MessageBank] = super().get_queryset(request)
        return rows.annotate(text_total=Count("texts"))

    @admin.display(description=_("texts"))
    def size(self, bank: MessageBank) -> int:
        return int(getattr(bank, "text_total", 0))


@admin.register(Keyword)
class KeywordAdmin(ScopedAdmin):
    view_permission = "campaign.view"
    list_display = ("word", "language", "action", "bank", "case", "version")
    list_filter = ("version", "language", "action")
    search_fields = ("word",)
    list_select_related = ("bank", "version__campaign")
