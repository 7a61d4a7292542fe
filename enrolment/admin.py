from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from enrolment.case_admin import CasePage
from enrolment.family_admin import FamilyDeeds
from enrolment.inbox_admin import CannedReplyPage, CaseTargetPage, PagerContactPage
from enrolment.invitation_admin import InvitationPage, test_badge
from enrolment.models.answer import Answer
from enrolment.models.api_token import ApiToken
from enrolment.models.canned_reply import CannedReply
from enrolment.models.case import Case
from enrolment.models.case_target import CaseTarget
from enrolment.models.consent import Consent
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.invitation import Invitation
from enrolment.models.pager_contact import PagerContact
from enrolment.models.withdrawal import Withdrawal
from enrolment.timeline import timeline
from trust.admin_base import ScopedAdmin, reach_of

admin.site.register(Case, CasePage)
admin.site.register(Invitation, InvitationPage)
admin.site.register(CaseTarget, CaseTargetPage)
admin.site.register(CannedReply, CannedReplyPage)
admin.site.register(PagerContact, PagerContactPage)


@admin.register(Enrolment)
class EnrolmentAdmin(FamilyDeeds):
    """A person in a campaign; the page is the timeline."""

    view_permission = "person.view"
    change_form_template = "enrolment/enrolment_page.html"
    list_display = (
        "__str__", "campaign", "status", "attempt", "enrolled_at", "next_due_at", "test",
    )  # fmt: skip
    list_filter = ("status", "campaign", "is_test", "enrolled_at")
    search_fields = ("=id", "=participant__id")
    search_help_text = "Enrolment or participant number"
    date_hierarchy = "enrolled_at"
    list_select_related = ("campaign",)
    fields = (
        ("version", "status"),
        ("enrolled_at", "next_due_at"),
        ("attempt", "slips", "is_test"),
        ("waiting_for", "ended"),
    )

    readonly_fields = ("waiting_for", "ended")

    @admin.display(description="test", ordering="is_test")
    def test(self, enrolment: Enrolment) -> str:
        return test_badge(enrolment.is_test)

    @admin.display(description="open question")
    def waiting_for(self, enrolment: Enrolment) -> str:
        return enrolment.question.replace("_", " ") or "none"

    @admin.display(description="ended")
    def ended(self, enrolment: Enrolment) -> str:
        if enrolment.ended_at is None:
            return "no"
        return f"{enrolment.ended_at:%d %b %Y} ({enrolment.exit_reason.replace('_', ' ')})"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        enrolment = self.get_object(request, object_id)
        assert isinstance(enrolment, Enrolment)
        with_bodies = reach_of(request).may("message.view", enrolment.campaign_id)
        context = {
            "timeline": timeline(enrolment=enrolment, with_bodies=with_bodies),
            "with_bodies": with_bodies,
            "zone": enrolment.participant.time_zone,
            **self.family_context(request, enrolment),
            **(extra_context or {}),
        }
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page


@admin.register(Decision)
class DecisionAdmin(ScopedAdmin):
    view_permission = "person.view"
    list_display = ("step_key", "enrolment", "outcome", "reason", "due_at")
    list_filter = ("outcome", "reason", "due_at")
    search_fields = ("=enrolment__id", "step_key")
    list_select_related = ("enrolment",)


@admin.register(Answer)
class AnswerAdmin(ScopedAdmin):
    view_permission = "person.view"
    list_display = ("question_key", "enrolment", "value", "is_valid", "source", "answered_at")
    list_filter = ("question_key", "is_valid", "source", "answered_at")
    search_fields = ("=enrolment__id",)
    list_select_related = ("enrolment",)
    # The raw words may name anyone; the inbox shows them to those who answer it.
    exclude = ("raw", "inbound", "call")


@admin.register(Consent)
class ConsentAdmin(ScopedAdmin):
    """The ledger: read only, for everyone."""

    view_permission = "person.view"
    list_display = ("enrolment", "scope", "is_given", "channel", "given_at")
    list_filter = ("scope", "is_given", "channel", "given_at")
    search_fields = ("=enrolment__id",)
    list_select_related = ("enrolment",)
    # The person's own words.
    exclude = ("exact_text",)


@admin.register(ApiToken)
class ApiTokenAdmin(ScopedAdmin):
    """Which other systems may send what; `manage.py api_token` makes and revokes."""

    view_permission = "campaign.edit"
    list_display = ("__str__", "id", "campaign", "may", "created_at", "last_used_at", "revoked_at")
    list_filter = ("campaign", "revoked_at")
    search_fields = ("name",)
    list_select_related = ("campaign",)
    exclude = ("window_at", "window_count")


@admin.register(Withdrawal)
class WithdrawalAdmin(ScopedAdmin):
    view_permission = "person.view"
    list_display = ("enrolment", "source", "reason", "told", "withdrawn_at")
    list_filter = ("source", "reason", "told", "withdrawn_at")
    search_fields = ("=enrolment__id",)
    list_select_related = ("enrolment",)
