from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from messaging import budget, clock
from messaging.alarm_admin import AlarmPage, SenderGroupPage
from messaging.models.alarm import Alarm
from messaging.models.attempt import Attempt
from messaging.models.calendar_offset import CalendarOffset
from messaging.models.inbound_message import InboundMessage
from messaging.models.message import Message
from messaging.models.opt_out import OptOut
from messaging.models.recipient import Recipient
from messaging.models.sender import USUAL_WARNING, Sender
from messaging.models.sender_group import SenderGroup
from messaging.number_search import NumberFilter, NumberSearchAdmin, masked
from messaging.providers.registry import aliases, is_fake, standing_of
from trust.admin_base import ScopedAdmin, once_a_row, reach_of
from trust.admin_counting import NewestValues
from trust.redaction import without_links
from trust.saying import moment

admin.site.register(Alarm, AlarmPage)
admin.site.register(SenderGroup, SenderGroupPage)


#: A provider's id of a text is its own; a fake one's may come again.
_MOST_FOUND = 100
_LONGEST_ID = 19


class SenderForm(forms.ModelForm):  # type: ignore[type-arg]  # no generics at run time
    provider = forms.ChoiceField(
        choices=lambda: [(alias, alias) for alias in aliases()], widget=UnfoldAdminSelectWidget
    )
    budget_warns_at = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100,
        initial=USUAL_WARNING,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=format_lazy(_("Per cent of the budget. Empty: {usual}."), usual=USUAL_WARNING),
    )

    class Meta:
        model = Sender
        fields = (
            "organisation", "name", "address", "provider", "country", "stop_text",
            "help_text", "crisis_text", "is_active", "segments_per_second", "group", "weight",
            "segment_price", "currency",
            "monthly_budget", "budget_warns_at", "other_countries", "strangers_per_day",
        )  # fmt: skip
        widgets: ClassVar = {"other_countries": UnfoldAdminTextInputWidget}
        help_texts: ClassVar = {"country": _("Two capital letters, such as GB.")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        group, organisation = cleaned.get("group"), cleaned.get("organisation")
        if group is not None and organisation is not None and group.organisation != organisation:
            self.add_error("group", gettext("That group is another organisation's."))
        return cleaned

    def clean_budget_warns_at(self) -> int:
        return self.cleaned_data["budget_warns_at"] or USUAL_WARNING

    def clean_provider(self) -> str:
        alias = str(self.cleaned_data["provider"])
        if not is_fake(alias) and CalendarOffset.objects.exclude(offset="0").exists():
            raise ValidationError(
                gettext(
                    "The calendar of this database was moved for a demo. A real provider needs a "
                    "fresh database."
                )
            )
        return alias


@admin.register(Sender)
class SenderPage(ScopedAdmin):
    view_permission = "organisation.view"
    change_permission = "sender.manage"
    allow_add = True
    form = SenderForm
    list_display = (
        "name", "address", "provider", "country", "is_active", "health", "budget_state",
    )  # fmt: skip
    list_filter = ("is_active", "budget_state", "organisation")
    search_fields = ("name", "address")
    readonly_fields = ("this_month", "health", "tried")
    fieldsets = (
        (None, {"fields": (
            "organisation", "name", "address", "provider", "tried", "country", "stop_text",
            "help_text", "crisis_text", "is_active", "health",
        )}),
        ("Strangers", {"fields": ("other_countries", "strangers_per_day")}),
        ("Pace", {"fields": ("segments_per_second", "group", "weight")}),
        ("Money", {"fields": (
            "this_month", "segment_price", "currency", "monthly_budget", "budget_warns_at",
        )}),
    )  # fmt: skip

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        sender = context["original"]
        if request.method == "GET" and isinstance(sender, Sender):
            notice = budget.notice(sender=sender, now=clock.calendar_now())
            if notice:
                messages.warning(request, notice)
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    @admin.display(description=_("health"))
    def health(self, sender: Sender) -> str:
        if sender._state.adding:
            return gettext("Nothing yet")
        found = [
            gettext("since %(moment)s: %(kind)s")
            % {"moment": moment(alarm.raised_at), "kind": alarm.get_kind_display()}
            + (f" ({alarm.code})" if alarm.code else "")
            for alarm in sender.alarms.all()
            if alarm.cleared_at is None
        ]
        return "; ".join([*found, gettext("its texts wait")]) if found else gettext("Well")

    @admin.display(description=_("the provider"))
    def tried(self, sender: Sender) -> str:
        return standing_of(sender.provider) if sender.provider else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("alarms")

    @admin.display(description=_("this month (UTC)"))
    @once_a_row
    def this_month(self, sender: Sender) -> str:
        if sender._state.adding:
            return gettext("Nothing yet")
        return budget.told(sender=sender, now=clock.calendar_now())


def _asked_in_vain(times: int) -> str:
    said = ngettext("(asked %(times)s time in vain)", "(asked %(times)s times in vain)", times)
    return said % {"times": times}


class _Words:
    """The words of a text, for those alone who may read them in every campaign."""

    words_field = "words"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))  # type: ignore[misc]
        allowed = reach_of(request).may("message.view")
        return fields if allowed else [name for name in fields if name != self.words_field]


class UnresolvedFilter(admin.SimpleListFilter):
    """Whose fate nobody knows: still open, or given up."""

    title = _("fate")
    parameter_name = "fate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unresolved", gettext("unresolved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if self.value() != "unresolved":
            return queryset
        return queryset.filter(Q(status="unknown") | Q(status="failed", status_reason="unresolved"))


@admin.register(Message)
class MessagePage(_Words, NumberSearchAdmin):
    view_permission = "person.view"
    number_rows = Recipient
    number_row_lookup = "recipient_id"
    list_display = (
        "id", "number", "kind", "status", "status_reason", "sender", "not_before", "settled_at",
        "segments",
    )  # fmt: skip
    list_filter = (
        NumberFilter, UnresolvedFilter, "status", "kind", "sender", "is_test", "created_at",
    )  # fmt: skip
    list_select_related = ("recipient", "sender")
    search_fields = ("=id",)
    search_help_text = _("Message, the provider's id of it, or its cause")
    readonly_fields = ("number", "words", "calls")
    fields = (
        "number", "words", "kind", "status", "status_reason", "sender", "cause_kind", "cause_key",
        "not_before", "valid_until", "hours_start", "hours_end", "zone", "priority", "segments",
        "encoding", "retry_at", "created_at", "settled_at", "is_test", "is_approved",
        "provider_message_id", "calls",
    )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Three looks, each by an index; one condition with OR would read every text."""
        term = search_term.strip()
        if not term:
            return queryset, False
        attempts = Attempt.objects.filter(provider__in=aliases(), provider_message_id=term)
        found = set(attempts.values_list("message_id", flat=True)[:_MOST_FOUND])
        causes = Message.objects.filter(cause_kind__in=Message.CauseKind.values, cause_key=term)
        found |= set(causes.values_list("pk", flat=True))
        if term.isdecimal() and len(term) < _LONGEST_ID:
            found.add(int(term))
        return queryset.filter(pk__in=found), False

    @admin.display(description=_("number"))
    def number(self, message: Message) -> str:
        return masked(message.recipient.number)

    @admin.display(description=_("words"))
    def words(self, message: Message) -> str:
        return without_links((message.body.text if hasattr(message, "body") else None) or "")

    @admin.display(description=_("calls"))
    @once_a_row
    def calls(self, message: Message) -> str:
        return ", ".join(
            f"{moment(attempt.started_at, 'y-MM-dd HH:mm:ss')} {attempt.get_outcome_display()}"
            + (f" {attempt.error_code}" if attempt.error_code else "")
            + (f" {_asked_in_vain(attempt.look_ups)}" if attempt.look_ups else "")
            for attempt in message.attempts.all()
        )


@admin.register(InboundMessage)
class InboundMessagePage(_Words, NumberSearchAdmin):
    view_permission = "person.view"
    number_rows = Recipient
    number_row_lookup = "recipient_id"
    list_display = ("id", "number", "sender", "received_at", "end", "end_reason", "opted_out")
    list_filter = (NumberFilter, "end", "opted_out", "sender", "received_at")
    list_select_related = ("recipient", "sender")
    search_fields = ("=id", "=provider_message_id")
    search_help_text = _("Inbound message, or the provider's id of it")
    readonly_fields = ("number", "words")
    fields = (
        "number", "words", "sender", "provider_message_id", "received_at", "end", "end_reason",
        "ended_at", "opted_out",
    )  # fmt: skip

    @admin.display(description=_("number"))
    def number(self, inbound: InboundMessage) -> str:
        return masked(inbound.recipient.number)

    @admin.display(description=_("words"))
    def words(self, inbound: InboundMessage) -> str:
        return inbound.body or ""


@admin.register(OptOut)
class OptOutPage(NumberSearchAdmin):
    view_permission = "person.view"
    number_rows = OptOut
    number_row_lookup = "pk"
    list_display = ("id", "opted_out_at", "source", "lifted_at", "lift_source")
    list_filter = (NumberFilter, ("source", NewestValues), "opted_out_at", "lifted_at")
    fields: ClassVar = ("organisation", "opted_out_at", "source", "lifted_at", "lift_source")
