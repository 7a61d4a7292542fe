from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from messaging import clock
from research import noting_news, sending_news
from research.models import Webhook, WebhookDelivery
from research.webhook_forms import WebhookForm
from trust.admin_base import ScopedAdmin
from trust.models import User


@admin.register(Webhook)
class WebhookPage(ScopedAdmin):
    """Web services that are told what happens, under pseudonyms."""

    #: An address typed without its scheme is taken as https.
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    view_permission = "research.export"
    change_permission = "research.export"
    allow_add = True
    list_display = ("name", "campaign", "events", "is_active", "stopped_reason")
    list_filter = ("campaign", "is_active")
    list_select_related = ("campaign",)
    fields = ("campaign", "name", "address", "events", "is_active", "stopped_reason", "secret")
    form = WebhookForm

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What was read of one campaign is no place to begin in another."""
        fixed = ("secret", "stopped_reason")
        return fixed if obj is None else ("campaign", *fixed)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Told from now on; on behalf of whoever changed it last."""
        now, calendar = clock.both()
        obj.made_by = request.user
        if not change:
            obj.made_at = now
            obj.cursors = noting_news.begin(obj.campaign, now=calendar)
        if obj.is_active:
            obj.stopped_reason = ""
        super().save_model(request, obj, form, change)

    @admin.display(description=_("secret"))
    def secret(self, webhook: Any) -> str:
        """What the receiver checks our signature with."""
        if webhook._state.adding:
            return str(_("Made when the webhook is saved."))
        return sending_news.secret_of(webhook)


@admin.register(WebhookDelivery)
class WebhookDeliveryPage(ScopedAdmin):
    """What was told, what waits, what was given up."""

    view_permission = "research.export"
    change_permission = "research.export"
    list_display = (
        "id", "webhook", "event", "rows", "status", "attempts", "reason", "made_at", "next_at",
    )  # fmt: skip
    list_filter = ("status", "event", "webhook")
    list_select_related = ("webhook",)
    actions = ("again",)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Rows are not edited; those given up are sent again."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.action(description=_("Send again what was given up"), permissions=("change",))
    def again(self, request: HttpRequest, queryset: models.QuerySet[WebhookDelivery]) -> None:
        assert isinstance(request.user, User)
        now, _calendar = clock.both()
        rows = self.changeable(request, queryset)
        done = sum(
            sending_news.send_again(delivery_id=row.pk, actor=request.user, now=now) for row in rows
        )
        said = ngettext("%(done)d call is made again.", "%(done)d calls are made again.", done)
        messages.success(request, said % {"done": done})
