"""Signing one person up, and what became of everyone who was invited."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.own_questions import CONSENT
from enrolment import enrolling, inviting
from enrolment.enrolling import Evidence
from enrolment.invitation_forms import PAPER, REFUSALS, InviteForm
from enrolment.models.consent import Consent
from enrolment.models.enrolment import Enrolment
from enrolment.models.invitation import Invitation
from messaging.clock import calendar_now
from messaging.number_search import masked
from trust.admin_base import ScopedAdmin, reach_of
from trust.models import User
from trust.scope import scope

_INVITES = "person.act"
_LEFT = {"declined": gettext_noop("said no"), "not_answered": gettext_noop("did not answer")}


class InvitationPage(ScopedAdmin):
    """An invitation is never mended: another is another."""

    view_permission = "person.view"
    list_display = (
        "__str__", "number", "campaign", "channel", "referrer", "state", "invited_at", "whose",
        "test",
    )  # fmt: skip
    list_filter = ("status", "channel", "campaign", "is_test", "invited_at")
    list_select_related = ("campaign", "recipient", "enrolment", "invited_by", "token")
    search_fields = ("=id", "=enrolment__id")
    search_help_text = _("Invitation or enrolment number")
    fields = (
        ("campaign", "channel"), ("number", "language"), ("state", "enrolment"),
        ("asked_on", "referrer"), ("invited_at", "whose"), "is_test",
    )  # fmt: skip
    readonly_fields: ClassVar = ("number", "state", "whose")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return reach_of(request).may_anywhere(_INVITES)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        posted = request.POST if request.method == "POST" else None
        now = calendar_now()
        form = InviteForm(posted, campaigns=self._campaigns(request), now=now)
        if form.is_valid() and (said := self._signed_up(form, request.user, now)):
            messages.success(request, said)
            return redirect(reverse("admin:enrolment_invitation_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Sign somebody up"),
            "form": form,
            "has_view_permission": True,
        }
        return TemplateResponse(request, "enrolment/invite.html", context)

    def _signed_up(self, form: InviteForm, actor: User, now: datetime) -> str:
        """What is told of it; nothing where the form says why not."""
        given = form.cleaned_data
        shared: dict[str, Any] = {
            "version": form.live[given["campaign"].pk],
            "number": given["number"],
            "language": given["language"],
            "first_name": given["first_name"],
            "is_test": given["is_test"],
            "actor": actor,
            "now": now,
        }
        try:
            if given["consent"] == PAPER:
                scopes = enrolling.scopes_of(calls=given["calls"])
                evidence = Evidence(
                    Consent.Channel.PAPER, given["asked_on"], given["reference"], scopes
                )
                enrolled = enrolling.enrol_on_paper(
                    evidence=evidence, referrer=given["referrer"], **shared
                )
                return gettext(
                    "%(person)s has begun: the first question of joining is on its way."
                ) % {"person": enrolled}
            told = inviting.Told(given["asked_on"], given["referrer"])
            inviting.invite(channel=given["channel"], told=told, **shared)
        except inviting.InviteRefused as refused:
            form.add_error("number", REFUSALS[Invitation.Refusal(refused.reason)])
            return ""
        return gettext("The question is on its way. Nothing else is sent before their YES.")

    def _campaigns(self, request: HttpRequest) -> QuerySet[Campaign]:
        return scope(Campaign.objects.order_by("name"), reach_of(request), _INVITES)

    @admin.display(description=_("number"))
    def number(self, invitation: Invitation) -> str:
        return masked(invitation.recipient.number)

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        if invitation.status == Invitation.Status.REFUSED:
            return gettext("not asked: %(why)s") % {"why": invitation.get_refusal_display()}
        enrolment = invitation.enrolment
        return invitation.get_status_display() if enrolment is None else _standing(enrolment)

    @admin.display(description=_("test"))
    def test(self, invitation: Invitation) -> str:
        return test_badge(invitation.is_test)

    @admin.display(description=_("handed in by"))
    def whose(self, invitation: Invitation) -> str:
        if invitation.token is not None:
            return f"{invitation.token} (API)"
        return str(invitation.invited_by or gettext("the phone page"))


def test_badge(is_test: bool) -> str:
    """In a word, not colour alone; the theme's own look of a label."""
    look = (
        "bg-orange-100 text-orange-700 dark:bg-orange-500/20 dark:text-orange-400 rounded-default "
        "px-2 py-0.5 font-semibold text-xs uppercase"
    )
    return format_html('<span class="{}">{}</span>', look, _("test")) if is_test else ""


def _standing(enrolment: Enrolment) -> str:
    match enrolment.status:
        case Enrolment.Status.INVITED if enrolment.question == CONSENT:
            return gettext("asked, no answer yet")
        case Enrolment.Status.INVITED:
            return gettext("said yes, is joining")
        case Enrolment.Status.WITHDRAWN:
            return gettext(_LEFT.get(enrolment.exit_reason, gettext_noop("said yes, has left")))
        case Enrolment.Status.INELIGIBLE:
            return gettext("said yes, not eligible")
        case Enrolment.Status.ERASED:
            return gettext("erased")
    return gettext("said yes")
