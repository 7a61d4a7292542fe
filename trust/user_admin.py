"""The people who work here: invited by email, closed, helped when a second factor is lost."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from trust import inviting, open_sessions, second_factor
from trust.admin_base import ScopedAdmin, reach_of
from trust.models.user import User
from trust.session_views import said_of
from trust.user_forms import NewUserForm, UserForm


class UserPage(ScopedAdmin):
    view_permission = "organisation.manage"
    change_permission = "organisation.manage"
    allow_add = True
    form = UserForm
    list_display = (
        "email", "name", "organisation", "organisation_role", "has_second_factor", "is_active",
    )  # fmt: skip
    list_filter = ("is_active", "organisation_role", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "created_at", "has_second_factor")
    actions_submit_line = ("send_link", "reset_factor", "end_sessions")
    fieldsets = (
        (None, {"fields": ("email", "name")}),
        (_("Work"), {"fields": ("organisation", "organisation_role")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "has_second_factor")}),
        (_("Times"), {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "organisation", "organisation_role")}),)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.add_fieldsets if obj is None else super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only the platform makes somebody the platform. Nobody gives themselves a role, or closes
        their own door; and an address that has been signed in with is not moved to another
        mailbox, where a link to set a password would go."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        if reach_of(request).platform:
            return fixed
        fixed = (*fixed, "is_superuser")
        if obj is not None and obj.last_login:
            fixed = (*fixed, "email")
        if obj is not None and obj.pk == request.user.pk:
            fixed = (*fixed, "organisation_role", "is_active", "is_staff")
        return fixed

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever may send a link may log in by it, so the platform's users are the platform's
        alone, whatever organisation they are in."""
        if isinstance(obj, User) and obj.is_superuser and not reach_of(request).platform:
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A user without an organisation would be out of their maker's reach."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField) and not reach_of(request).platform:
            field.required = True
        return field

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            self._send(request, form.instance)

    @action(description=_("Save and send a link to set a password"))  # type: ignore[untyped-decorator]
    def send_link(self, request: HttpRequest, user: User) -> None:
        if user.is_active:
            self._send(request, user)
        else:
            messages.error(
                request, gettext("The account is closed. Open it first: tick Active and save.")
            )

    @action(description=_("Save and take away a lost second factor"))  # type: ignore[untyped-decorator]
    def reset_factor(self, request: HttpRequest, user: User) -> None:
        try:
            taken = second_factor.reset(user=user, actor=_actor(request))
        except second_factor.NotYourOwn:
            messages.error(
                request, gettext("Not your own: ask another admin of your organisation.")
            )
        else:
            said = gettext("It is gone: the next sign-in leads to setting one up.")
            messages.info(
                request, said if taken else gettext("There was no second factor to take away.")
            )

    @action(description=_("Save and end all sessions"))  # type: ignore[untyped-decorator]
    def end_sessions(self, request: HttpRequest, user: User) -> None:
        """Of one's own, all but this one, whose page has yet to answer."""
        count = open_sessions.end_all(
            user=user, actor=_actor(request), this=request.session.session_key
        )
        messages.success(request, said_of(count))

    @admin.display(boolean=True, description=_("second factor"))
    def has_second_factor(self, user: User) -> bool:
        return second_factor.is_set(user)

    def _send(self, request: HttpRequest, user: User) -> None:
        try:
            inviting.send_link(user=user, actor=_actor(request))
        except inviting.MailFailed:
            messages.error(
                request, gettext("The email could not be sent. Try again later from this page.")
            )
        else:
            messages.success(
                request, gettext("An email with a link to set a password is on its way.")
            )


def _actor(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
