"""Which other systems may send and read what: tokens made, shown once, and revoked."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from enrolment import api_tokens
from enrolment.models.api_token import ApiToken
from enrolment.token_forms import ApiTokenForm
from messaging import clock
from trust.admin_base import ScopedAdmin, reach_of
from trust.models import User


class ApiTokenPage(ScopedAdmin):
    view_permission = "token.manage"
    change_permission = "token.manage"
    allow_add = True
    list_display = (
        "__str__", "id", "campaign", "may", "created_at", "last_used_at", "expires_at",
        "revoked_at",
    )  # fmt: skip
    list_filter = ("campaign", "revoked_at")
    search_fields = ("name",)
    list_select_related = ("campaign",)
    exclude = ("window_at", "window_count", "hashed")
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """A researcher looks at the token of a clinic's meters, and can't take it away."""
        may = super().has_change_permission(request, obj)
        return may and (not isinstance(obj, ApiToken) or _is_theirs(request, obj))

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, **kwargs)
        form = super().get_form(request, obj, **{**kwargs, "form": ApiTokenForm})
        form.user = request.user
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["campaign", "name", "may", "days"] if obj is None else [
            "campaign", "name", "may", "most_a_minute", "created_at", "created_by", "expires_at",
            "last_used_at", "revoked_at",
        ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Only how often it may ask is changed afterwards: what it may do is what was made."""
        fields = self.get_fields(request, obj) if obj is not None else []
        return [name for name in fields if name != "most_a_minute"]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One button: what follows is the page that shows the token."""
        context = {"show_save_and_continue": False, "show_save_and_add_another": False}
        page: HttpResponse = super().add_view(
            request, form_url, {**context, **(extra_context or {})}
        )
        return page

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        assert isinstance(request.user, User)
        given = form.cleaned_data
        token, secret = api_tokens.create(
            campaign=given["campaign"],
            name=given["name"],
            may=given["may"],
            days=given["days"],
            actor=request.user,
            now=clock.calendar_now(),
        )
        obj.pk, obj.secret = token.pk, secret
        obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that ever shows it."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The token was made"),
            "opts": self.opts,
            "token": obj,
            "secret": obj.secret,
        }
        page = render(request, "enrolment/token_made.html", context)
        add_never_cache_headers(page)
        return page

    @admin.action(description=_("Revoke: it opens nothing any more"), permissions=("change",))
    def revoke(self, request: HttpRequest, queryset: models.QuerySet[ApiToken]) -> None:
        assert isinstance(request.user, User)
        now = clock.calendar_now()
        theirs = [row for row in self.changeable(request, queryset) if _is_theirs(request, row)]
        done = sum(
            api_tokens.revoke(token_id=row.pk, now=now, actor=request.user) for row in theirs
        )
        said = ngettext("%(done)d token was revoked.", "%(done)d tokens were revoked.", done)
        messages.success(request, said % {"done": done})


def _is_theirs(request: HttpRequest, token: ApiToken) -> bool:
    """Whether this user could have made it."""
    reach = reach_of(request)
    return all(reach.may(ApiToken.NEEDS[may], token.campaign_id) for may in token.may)
