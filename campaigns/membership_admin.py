"""Who has which role in which campaign: given by whoever may, and never above their own."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext

from campaigns.models.campaign import Campaign
from campaigns.models.membership import Membership
from trust.admin_base import ScopedAdmin, ScopedTabularInline, reach_of
from trust.models import User
from trust.roles import PERMISSIONS, may_give
from trust.scope import Reach
from trust.user_forms import explain


def held_in(reach: Reach, campaign_id: int) -> frozenset[str]:
    if reach.platform:
        return PERMISSIONS
    own = reach.campaign_permissions.get(campaign_id, frozenset())
    return reach.organisation_permissions | own


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    reach: ClassVar[Reach]

    class Meta:
        model = Membership
        fields = ("user", "campaign", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        explain(self, "role")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        campaign = given.get("campaign") or getattr(self.instance, "campaign", None)
        user = given.get("user") or getattr(self.instance, "user", None)
        if not isinstance(campaign, Campaign) or user is None:
            return given
        if user.organisation_id != campaign.organisation_id:
            self.add_error(None, gettext("This user is in another organisation than the campaign."))
        if user.pk == self.reach.user_id and not self.reach.platform:
            self.add_error(
                None, gettext("Nobody gives themselves a role: ask a colleague who may.")
            )
        if "role" in given and not may_give(given["role"], held_in(self.reach, campaign.pk)):
            self.add_error(
                "role", gettext("This role may more than yours: an organisation admin gives it.")
            )
        return given


class MembershipPage(ScopedAdmin):
    view_permission = "campaign.view"
    change_permission = "campaign.edit"
    allow_add = True
    allow_delete = True
    form = MembershipForm
    fields = ("user", "campaign", "role")
    list_display = ("user", "campaign", "role", "created_at")
    list_filter = ("campaign", "role")
    list_select_related = ("user", "campaign")
    search_fields = ("user__email", "user__name")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        return type("OwnMembershipForm", (form,), {"reach": reach_of(request)})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Colleagues, by name, to whoever runs one campaign too; the page of users stays closed."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user" and not reach_of(request).platform:
            colleagues = User.objects.filter(
                organisation=reach_of(request).organisation_id, is_active=True
            )
            field.queryset = colleagues.exclude(pk=reach_of(request).user_id or 0)
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("user", "campaign")

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Also asked of what has just been written, and of what is to be deleted."""
        if not super().has_change_permission(request, obj):
            return False
        if not isinstance(obj, Membership) or reach_of(request).platform:
            return True
        own = obj.user_id == reach_of(request).user_id
        return not own and may_give(obj.role, held_in(reach_of(request), obj.campaign_id))


class MembershipInline(ScopedTabularInline):
    """Shown on the campaign's page; given and taken on a page of its own, which says what each
    role may."""

    model = Membership
    view_permission = "campaign.view"
    fields = ("user", "role")
    extra = 0
