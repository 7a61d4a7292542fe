"""What stands around the inbox: replies ready to be used, and who is paged."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolment import notice_calls, page_calls
from trust.admin_base import ScopedAdmin, reach_of


class _OfOneOrganisation(ScopedAdmin):
    """Rows of a campaign, or of all of one's organisation where one's role reaches that far."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        if reach_of(request).platform:
            return fields
        return [name for name in fields if name != "organisation"]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        reach, permission = reach_of(request), self.change_permission or self.view_permission
        usual = super().get_form(request, obj, **kwargs)

        class Within(usual):  # type: ignore[misc, valid-type]  # made by the admin
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                if self.instance.organisation_id is None and not reach.platform:
                    self.instance.organisation_id = reach.organisation_id

            def _get_validation_exclusions(self) -> set[str]:
                """Not shown, and still part of what must be one of its kind."""
                return set(super()._get_validation_exclusions()) - {"organisation"}

            def clean(self) -> dict[str, Any]:
                cleaned: dict[str, Any] = super().clean() or {}
                campaign = cleaned.get("campaign")
                organisation_id = self.instance.organisation_id
                if chosen := cleaned.get("organisation"):
                    organisation_id = chosen.pk
                if campaign is None and not reach.may(permission):
                    words = _("Choose a campaign: your role is not held in the whole organisation.")
                    self.add_error("campaign", words)
                elif campaign is not None and campaign.organisation_id != organisation_id:
                    self.add_error("campaign", _("That campaign is another organisation's."))
                return cleaned

        return Within


class CannedReplyPage(_OfOneOrganisation):
    view_permission = "inbox.answer"
    change_permission = "inbox.answer"
    allow_add = True
    allow_delete = True
    list_display = ("title", "language", "campaign", "text")
    list_filter = ("language", "campaign")
    list_select_related = ("campaign",)
    fields = ("organisation", "campaign", "title", "language", "text")


class PagerContactPage(_OfOneOrganisation):
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

    @admin.display(description=_("way"))
    def way(self, contact: Any) -> str:
        return gettext("email") if contact.email else gettext("webhook")

    @admin.display(description=_("secret"))
    def secret(self, contact: Any) -> str:
        return _shown(contact, page_calls.secret_of)


class OperatorContactPage(_OfOneOrganisation):
    """Who is told of troubles of the house."""

    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    view_permission = "organisation.view"
    change_permission = "sender.manage"
    allow_add = True
    allow_delete = True
    list_display = ("name", "way", "is_active")
    list_filter = ("is_active",)
    fields = ("organisation", "name", "email", "webhook", "is_active", "secret")
    readonly_fields = ("secret",)

    @admin.display(description=_("way"))
    def way(self, contact: Any) -> str:
        return gettext("email") if contact.email else gettext("webhook")

    @admin.display(description=_("secret"))
    def secret(self, contact: Any) -> str:
        return _shown(contact, notice_calls.secret_of)


class CaseTargetPage(_OfOneOrganisation):
    """How soon a case is to be taken up; without one it is 15 minutes, 4 hours, a day."""

    view_permission = "campaign.edit"
    change_permission = "campaign.edit"
    allow_add = True
    allow_delete = True
    list_display = ("urgency", "campaign", "minutes")
    list_filter = ("urgency", "campaign")
    list_select_related = ("campaign",)
    fields = ("organisation", "campaign", "urgency", "minutes")


def _shown(contact: Any, secret_of: Callable[[Any], str]) -> str:
    """What the receiver checks our signature with."""
    if contact._state.adding:
        return gettext("Made when the contact is saved.")
    return secret_of(contact) if contact.webhook else gettext("Only a webhook has one.")
