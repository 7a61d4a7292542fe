"""The steps of making a country's campaign: what is typed, read, and refused in words.

Each form knows the answers of the steps before it from the Draft. The rules are those of the verb.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from campaigns.age_gate import minimum_age
from campaigns.calendar_needs import Need
from campaigns.countries import country_choices, country_name, zones_of
from campaigns.country_days import PlannedDay, day_faults, day_field
from campaigns.country_numbers import (
    CONFIRMED,
    is_telephone,
    number_faults,
    variable_field,
)
from campaigns.country_plan import (
    hours_faults,
    people_faults,
    programme_faults,
    slot_field,
    span_of,
    written,
)
from campaigns.country_sender import Price, sender_faults
from campaigns.faults import Fault
from campaigns.models.campaign import Campaign
from campaigns.new_country import key_taken
from campaigns.pack_values import Pack
from messaging.models import Sender
from trust.models import Organisation


@dataclass
class Draft:
    """What is known by a step: its organisation's rows, and the cleaned answers before it."""

    organisation: Organisation
    today: date
    packs: dict[str, Pack]
    senders: Any
    may_price: bool
    needs: Any
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def pack(self) -> Pack:
        return self.packs[self.said["programme"]["curriculum"]]

    @property
    def country(self) -> str:
        return str(self.said["programme"]["country"])


class StepForm(forms.Form):
    step: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, draft: Draft, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.draft = draft
        self.build()

    def build(self) -> None:
        """Fields that hang on the answers before."""

    def put(self, found: Iterable[Fault]) -> None:
        for fault in found:
            if fault.field in self.fields and not self.errors.get(fault.field):
                self.add_error(fault.field, fault.message)


def _text(label: str, told: str = "", **more: Any) -> forms.CharField:
    """Emptiness is the rules' to tell, in their own words."""
    return forms.CharField(
        label=label,
        help_text=told,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", **more.pop("attrs", {})}),
        **more,
    )


class ProgrammeForm(StepForm):
    step, title = "programme", "Programme"
    curriculum = forms.ChoiceField(
        widget=UnfoldAdminRadioSelectWidget(),
        error_messages={"required": "Choose a curriculum to begin from."},
    )
    country = forms.ChoiceField(
        choices=lambda: [("", "Choose a country"), *country_choices()],
        widget=UnfoldAdminSelectWidget(),
        error_messages={"required": "Choose the country whose numbers will join."},
    )
    name = _text("Name", "For staff, such as Quit smoking Nepal.")
    key = _text("Key", "For commands and addresses, such as quit-nepal. It never changes.")

    def build(self) -> None:
        shown = [(key, f"{pack.name}. {pack.review}") for key, pack in self.draft.packs.items()]
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
    step, title = "people", "Languages and place"
    languages = forms.MultipleChoiceField(
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="Of those the curriculum is written in. Another is added by translating it.",
        error_messages={"required": "Choose one language or more."},
    )
    default_language = forms.ChoiceField(
        label="Language where somebody's own is not known",
        widget=UnfoldAdminSelectWidget(),
        error_messages={"required": "Choose one of the languages chosen above."},
    )
    time_zone = forms.ChoiceField(
        widget=UnfoldAdminSelectWidget(),
        help_text="The country's own come first.",
        error_messages={"required": "Choose the time zone most people live in."},
    )
    minimum_age = forms.IntegerField(
        required=False,
        widget=UnfoldAdminIntegerFieldWidget(),
        error_messages={"invalid": "Write whole years, such as 16, or leave it empty."},
    )

    def build(self) -> None:
        pack, country = self.draft.pack, self.draft.country
        spoken = [(code, code) for code in pack.languages]
        own = zones_of(country)
        rest = sorted(available_timezones() - set(own))
        first = [("", "Choose a time zone")] if len(own) != 1 else []
        law = minimum_age(country)
        self.fields["languages"].choices = spoken  # type: ignore[attr-defined]
        self.fields["default_language"].choices = [("", "Choose"), *spoken]  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [*first, *((zone, zone) for zone in (*own, *rest))]  # type: ignore[attr-defined]
        self.fields["minimum_age"].help_text = (
            f"Years, for joining by one's own word. Empty: {law}, "
            f"as this installation has it for {country_name(country)}."
        )

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
    step, title = "hours", "Hours"

    def build(self) -> None:
        pack = self.draft.pack
        self.fields["hours"] = _text(
            "Hours in which texts may leave",
            "In the person's own time zone, as the country's law and customs have it.",
            initial=written(pack.hours),
        )
        for name, slot in pack.slots.items():
            self.fields[slot_field(name)] = _text(
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
    step, title = "numbers", "Numbers and names"

    def build(self) -> None:
        for name, told in self.draft.pack.variables.items():
            attrs = {"inputmode": "tel"} if is_telephone(name) else {}
            label = name.replace("_", " ").capitalize()
            self.fields[variable_field(name)] = _text(label, f"{told}.", attrs=attrs)
        self.fields[CONFIRMED] = forms.BooleanField(
            label="Numbers that the tables do not know were rung from there",
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


class SenderForm(StepForm):
    step, title = "sender", "Sender and price"
    sender = forms.ModelChoiceField(
        queryset=Sender.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        empty_label="None yet: hold a place for it",
        help_text="The number or short code people text to. A place that is held keeps the "
        "campaign from being published until the number is written in.",
        error_messages={"invalid_choice": "Choose one of the senders in the list."},
    )

    def build(self) -> None:
        self.fields["sender"].queryset = self.draft.senders  # type: ignore[attr-defined]
        if self.draft.may_price:
            self.fields["price"] = forms.DecimalField(
                label="Price of a segment",
                required=False,
                widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
                help_text="For a sender that has none yet. Empty: money is not reckoned.",
                error_messages={"invalid": "Write a number with a dot, such as 0.035."},
            )
            self.fields["currency"] = _text("Currency", "Three capital letters, such as NPR.")

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
    step, title = "calendar", "Calendar"

    def build(self) -> None:
        self.needs: list[Need] = self.draft.needs(self.draft.pack, self.draft.country)
        for need in self.needs:
            if need.row is not None:
                continue
            expected = need.expected.day if need.expected else None
            told = f"Reckoned as {expected:%d %b %Y}." if expected else "No table knows it."
            self.fields[day_field(need.key)] = forms.DateField(
                label=need.name,
                required=False,
                initial=expected,
                widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
                help_text=f"{told} Left empty, it stays to be added or confirmed.",
                error_messages={"invalid": "Write year, month and day, such as 2027-02-08."},
            )
            self.fields[f"confirmed_{need.key}"] = forms.BooleanField(
                label=f"Confirmed by those who announce {need.name} there",
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


FORMS: tuple[type[StepForm], ...] = (
    ProgrammeForm, PeopleForm, HoursForm, NumbersForm, SenderForm, CalendarForm,
)  # fmt: skip
