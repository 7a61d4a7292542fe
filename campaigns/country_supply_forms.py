"""Steps of making a country's campaign: its sender with the price, and its calendar.

The rules are the verb's own, so that a step refuses what the verb would refuse.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from campaigns.country_days import PlannedDay, day_faults, day_field
from campaigns.country_sender import Price, sender_faults
from campaigns.country_step import StepForm, text_field
from messaging.models import Sender
from trust.saying import moment


class SenderForm(StepForm):
    step, title = "sender", _("Sender and price")
    sender = forms.ModelChoiceField(
        queryset=Sender.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        empty_label=_("None yet: hold a place for it"),
        help_text=_(
            "The number or short code people text to. A place that is held keeps the "
            "campaign from being published until the number is written in."
        ),
        error_messages={"invalid_choice": _("Choose one of the senders in the list.")},
    )

    def build(self) -> None:
        self.fields["sender"].queryset = self.draft.senders  # type: ignore[attr-defined]
        if self.draft.may_price:
            self.fields["price"] = forms.DecimalField(
                label=gettext("Price of a segment"),
                required=False,
                widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
                help_text=gettext("For a sender that has none yet. Empty: money is not reckoned."),
                error_messages={"invalid": gettext("Write a number with a dot, such as 0.035.")},
            )
            self.fields["currency"] = text_field(
                gettext("Currency"), gettext("Three capital letters, such as NPR.")
            )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        said["price"] = Price(said.get("price"), said.get("currency", ""))
        if not self.errors:
            self.put(
                sender_faults(
                    said["sender"],
                    said["price"],
                    organisation=self.draft.organisation,
                    country=self.draft.country,
                )
            )
        return said


class CalendarForm(StepForm):
    step, title = "calendar", _("Calendar")

    def build(self) -> None:
        self.needs = self.draft.needs(self.draft.pack, self.draft.country)
        for need in self.needs:
            if need.row is not None:
                continue
            expected = need.expected.day if need.expected else None
            told = gettext("No table knows it. Left empty, it stays to be added or confirmed.")
            if expected:
                told = gettext(
                    "Reckoned as %(day)s. Left empty, it stays to be added or confirmed."
                ) % {"day": moment(expected, "d MMM y")}
            self.fields[day_field(need.key)] = forms.DateField(
                label=need.name,
                required=False,
                initial=expected,
                widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
                help_text=told,
                error_messages={
                    "invalid": gettext("Write year, month and day, such as 2027-02-08.")
                },
            )
            self.fields[f"confirmed_{need.key}"] = forms.BooleanField(
                label=gettext("Confirmed by those who announce %(need)s there")
                % {"need": need.name},
                required=False,
                widget=UnfoldBooleanWidget(),
            )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        said["days"] = {
            need.key: PlannedDay(
                said.get(day_field(need.key)), bool(said.get(f"confirmed_{need.key}"))
            )
            for need in self.needs
            if need.row is None
        }
        self.put(day_faults(self.needs, said["days"], today=self.draft.today))
        return said
