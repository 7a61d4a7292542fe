"""Steps of making a country's campaign: the programme, its people, hours and numbers.

The rules are the verb's own, so that a step refuses what the verb would refuse.
"""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from campaigns.age_gate import minimum_age
from campaigns.countries import country_choices, country_name, language_name, zones_of
from campaigns.country_numbers import CONFIRMED, is_telephone, number_faults, variable_field
from campaigns.country_plan import (
    hours_faults,
    people_faults,
    programme_faults,
    slot_field,
    span_of,
    written,
)
from campaigns.country_step import StepForm, text_field
from campaigns.models.campaign import Campaign
from campaigns.new_country import key_taken


class ProgrammeForm(StepForm):
    step, title = "programme", _("Programme")
    curriculum = forms.ChoiceField(
        widget=UnfoldAdminRadioSelectWidget(),
        error_messages={"required": _("Choose a curriculum to begin from.")},
    )
    country = forms.ChoiceField(
        choices=lambda: [("", gettext("Choose a country")), *country_choices()],
        widget=UnfoldAdminSelectWidget(),
        error_messages={"required": _("Choose the country whose numbers will join.")},
    )
    name = text_field(_("Name"), _("For staff, such as Quit smoking Nepal."))
    key = text_field(
        _("Key"), _("For commands and addresses, such as quit-nepal. It never changes.")
    )

    def build(self) -> None:
        shown = [
            (key, f"{pack.name} ({', '.join(pack.languages)})")
            for key, pack in self.draft.packs.items()
        ]
        self.fields["curriculum"].choices = shown  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        country = said.get("country") or self.draft.organisation.country
        self.put(programme_faults(country, said.get("key", ""), said.get("name", "")))
        there = Campaign.objects.filter(organisation=self.draft.organisation)
        if there.filter(key=said.get("key", "")).exists():
            self.put([key_taken(said["key"])])
        return said


class PeopleForm(StepForm):
    step, title = "people", _("Languages and place")
    languages = forms.MultipleChoiceField(
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("Of those the curriculum is written in. Another is added by translating it."),
        error_messages={"required": _("Choose one language or more.")},
    )
    default_language = forms.ChoiceField(
        label=_("Language where somebody's own is not known"),
        widget=UnfoldAdminSelectWidget(),
        error_messages={"required": _("Choose one of the languages chosen above.")},
    )
    time_zone = forms.ChoiceField(
        widget=UnfoldAdminSelectWidget(),
        help_text=_("The country's own come first."),
        error_messages={"required": _("Choose the time zone most people live in.")},
    )
    minimum_age = forms.IntegerField(
        required=False,
        widget=UnfoldAdminIntegerFieldWidget(),
        error_messages={"invalid": _("Write whole years, such as 16, or leave it empty.")},
    )

    def build(self) -> None:
        pack, country = self.draft.pack, self.draft.country
        spoken = [(code, f"{language_name(code)} ({code})") for code in pack.languages]
        own = zones_of(country)
        rest = sorted(available_timezones() - set(own))
        first = [("", gettext("Choose a time zone"))] if len(own) != 1 else []
        law = minimum_age(country)
        self.fields["languages"].choices = spoken  # type: ignore[attr-defined]
        self.fields["default_language"].choices = [("", "Choose"), *spoken]  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [*first, *((zone, zone) for zone in (*own, *rest))]  # type: ignore[attr-defined]
        self.fields["minimum_age"].help_text = gettext(
            "Years, for joining by one's own word. Empty: %(law)s, as this "
            "installation has it for %(country_name)s."
        ) % {"law": law, "country_name": country_name(country)}

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        self.put(
            people_faults(
                self.draft.pack,
                said.get("languages", ()),
                said.get("default_language", ""),
                said.get("time_zone", ""),
                said.get("minimum_age"),
            )
        )
        return said


class HoursForm(StepForm):
    step, title = "hours", _("Hours")

    def build(self) -> None:
        pack = self.draft.pack
        self.fields["hours"] = text_field(
            gettext("Hours in which texts may leave"),
            gettext("In the person's own time zone, as the country's law and customs have it."),
            initial=written(pack.hours),
        )
        for name, slot in pack.slots.items():
            self.fields[slot_field(name)] = text_field(
                name.replace("_", " ").capitalize(), initial=written(slot)
            )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        said["hours"] = span_of(said["hours"])
        names = self.draft.pack.slots
        said["slots"] = {name: span_of(said[slot_field(name)]) for name in names}
        self.put(hours_faults(self.draft.pack, said["hours"], said["slots"]))
        return said


class NumbersForm(StepForm):
    step, title = "numbers", _("Numbers and names")

    def build(self) -> None:
        for name, told in self.draft.pack.variables.items():
            attrs = {"inputmode": "tel"} if is_telephone(name) else {}
            label = name.replace("_", " ").capitalize()
            self.fields[variable_field(name)] = text_field(label, f"{told}.", attrs=attrs)
        self.fields[CONFIRMED] = forms.BooleanField(
            label=gettext("Numbers that the tables do not know were rung from there"),
            required=False,
            widget=UnfoldBooleanWidget(),
        )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        said["variables"] = {
            name: said.get(variable_field(name), "") for name in self.draft.pack.variables
        }
        self.put(
            number_faults(
                self.draft.pack,
                said["variables"],
                country=self.draft.country,
                languages=self.draft.said["people"]["languages"],
                confirmed=said[CONFIRMED],
            )
        )
        return said
