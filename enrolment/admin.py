from django.contrib import admin

from enrolment.case_admin import CasePage
from enrolment.inbox_admin import (
    CannedReplyPage,
    CaseTargetPage,
    OperatorContactPage,
    PagerContactPage,
)
from enrolment.invitation_admin import InvitationPage
from enrolment.models.answer import Answer
from enrolment.models.api_token import ApiToken
from enrolment.models.canned_reply import CannedReply
from enrolment.models.case import Case
from enrolment.models.case_target import CaseTarget
from enrolment.models.consent import Consent
from enrolment.models.decision import Decision
from enrolment.models.enrolment import Enrolment
from enrolment.models.invitation import Invitation
from enrolment.models.operator_contact import OperatorContact
from enrolment.models.pager_contact import PagerContact
from enrolment.models.withdrawal import Withdrawal
from enrolment.people_admin import PeoplePage
from enrolment.token_admin import ApiTokenPage
from trust.admin_base import ScopedAdmin
from trust.admin_counting import NewestValues

admin.site.register(Case, CasePage)
admin.site.register(Enrolment, PeoplePage)
admin.site.register(Invitation, InvitationPage)
admin.site.register(CaseTarget, CaseTargetPage)
admin.site.register(CannedReply, CannedReplyPage)
admin.site.register(PagerContact, PagerContactPage)
admin.site.register(OperatorContact, OperatorContactPage)
admin.site.register(ApiToken, ApiTokenPage)


@admin.register(Decision)
class DecisionAdmin(ScopedAdmin):
    view_permission = "person.view"
    ordering = ("-pk",)
    list_display = ("step_key", "enrolment", "outcome", "reason", "due_at")
    list_filter = ("outcome", ("reason", NewestValues), "due_at")
    search_fields = ("=enrolment__id", "step_key")
    list_select_related = ("enrolment",)
    # What a trial drew, and which wording came of it, is for who counts and not for who helps.
    exclude = (
        "arm",
        "variant",
        "text_key",
        "available",
        "unavailable_reason",
        "options",
        "probabilities",
        "draw",
        "policy_version",
    )


@admin.register(Answer)
class AnswerAdmin(ScopedAdmin):
    view_permission = "person.view"
    ordering = ("-pk",)
    list_display = ("question_key", "enrolment", "value", "is_valid", "source", "answered_at")
    list_filter = (("question_key", NewestValues), "is_valid", "source", "answered_at")
    search_fields = ("=enrolment__id",)
    list_select_related = ("enrolment",)
    # The raw words may name anyone; the inbox shows them to those who answer it.
    exclude = ("raw", "inbound", "call")


@admin.register(Consent)
class ConsentAdmin(ScopedAdmin):
    """The ledger: read only, for everyone."""

    view_permission = "person.view"
    ordering = ("-pk",)
    list_display = ("enrolment", "scope", "is_given", "channel", "given_at")
    list_filter = ("scope", "is_given", "channel", "given_at")
    search_fields = ("=enrolment__id",)
    list_select_related = ("enrolment",)
    # The person's own words.
    exclude = ("exact_text",)


@admin.register(Withdrawal)
class WithdrawalAdmin(ScopedAdmin):
    view_permission = "person.view"
    ordering = ("-pk",)
    list_display = ("enrolment", "source", "reason", "told", "withdrawn_at")
    list_filter = (("source", NewestValues), ("reason", NewestValues), "told", "withdrawn_at")
    search_fields = ("=enrolment__id",)
    list_select_related = ("enrolment",)
