"""What keeps texts from leaving, and the senders that stand in for each other."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from messaging import alarms
from messaging.models.alarm import Alarm
from messaging.models.sender_group import SenderGroup
from trust.admin_base import ScopedAdmin
from trust.models import User


class OpenFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", pgettext("of an alarm", "open")), ("over", gettext("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alarm]) -> QuerySet[Alarm]:
        if self.value() not in ("open", "over"):
            return queryset
        return queryset.filter(cleared_at__isnull=self.value() == "open")


class AlarmPage(ScopedAdmin):
    view_permission = "organisation.view"
    change_permission = "sender.manage"
    list_display = ("sender", "kind", "code", "raised_at", "tried_again_at", "over_since")
    list_filter = (OpenFilter, "kind", "sender")
    list_select_related = ("sender",)
    actions = ("try_again",)
    fields = readonly_fields = (
        "sender", "kind", "code", "detail", "what_to_do", "raised_at", "tried_again_at", "tries",
        "over_since", "cleared_by",
    )  # fmt: skip

    _TO_DO: ClassVar = {
        Alarm.Kind.REFUSED: _(
            "Its texts wait; nothing is lost. Mend what the code says (a secret, "
            "the account, a permission), then choose Try again in the list."
        ),
        Alarm.Kind.UNREACHABLE: _(
            "Its texts wait; nothing is lost. One of them is tried again now "
            "and then, and all leave once one is accepted."
        ),
        Alarm.Kind.MISCONFIGURED: _(
            "Its texts wait; nothing is lost. Mend the provider's settings "
            "and start the processes again."
        ),
    }

    @admin.display(description=_("next try"), ordering="probe_at")
    def tried_again_at(self, alarm: Alarm) -> datetime | None:
        return None if alarm.cleared_at else alarm.probe_at

    @admin.display(description=_("tries since"), ordering="probes")
    def tries(self, alarm: Alarm) -> int:
        return alarm.probes

    @admin.display(description=_("over since"), ordering="cleared_at")
    def over_since(self, alarm: Alarm) -> datetime | str:
        return alarm.cleared_at or gettext("not yet")

    @admin.display(description=_("what to do"))
    def what_to_do(self, alarm: Alarm) -> str:
        return "" if alarm.cleared_at else str(self._TO_DO[Alarm.Kind(alarm.kind)])

    @admin.action(description=_("Try again now"), permissions=["change"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[Alarm]) -> None:
        assert isinstance(request.user, User)
        ended = [alarms.try_again(alarm=alarm, actor=request.user) for alarm in chosen]
        said = ngettext(
            "%(count)s alarm ended; its texts leave now.",
            "%(count)s alarms ended; their texts leave now.",
            sum(ended),
        )
        messages.success(request, said % {"count": sum(ended)})


class SenderGroupPage(ScopedAdmin):
    view_permission = "organisation.view"
    change_permission = "sender.manage"
    allow_add = True
    list_display = ("name", "organisation", "members", "rebalanced_at")
    fields = ("organisation", "name", "members", "rebalanced_at")
    readonly_fields = ("members", "rebalanced_at")

    @admin.display(description=_("senders, weight now of weight"))
    def members(self, group: SenderGroup) -> str:
        if group._state.adding:
            return ""
        return ", ".join(
            gettext("%(sender)s %(now)s of %(weight)s")
            % {
                "sender": sender.name,
                "now": sender.weight if sender.weight_now is None else sender.weight_now,
                "weight": sender.weight,
            }
            for sender in group.senders.order_by("name")
        )
