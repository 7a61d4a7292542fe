"""What is typed to make a campaign."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.adding import LONGEST_KEY, place_faults
from campaigns.countries import country_choices
from campaigns.models.campaign import Campaign
from campaigns.wording import LONGEST_VALUE
from messaging.models import Sender
from trust.models import User

#: The country variables that the new workbook uses; further ones are set on the campaign's page.
VARIABLES = ("programme", "emergency_number")


def _zones() -> list[tuple[str, str]]:
    return [("", "Choose"), *((zone, zone) for zone in sorted(available_timezones()))]


def _countries() -> list[tuple[str, str]]:
    return [("", "Choose"), *country_choices()]


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]
    """On the campaign's own page. Where it is and which number it has can be put right until it is
    published; from then on those fields are not among the form's."""

    class Meta:
        model = Campaign
        fields = (
            "name", "about", "sender", "country", "time_zone", "minimum_age",
            "broadcast_approval_above", "variables",
        )  # fmt: skip
        widgets: ClassVar = {
            "country": forms.Select(choices=lazy(_countries, list)()),
            "time_zone": forms.Select(choices=lazy(_zones, list)()),
        }

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        sender = self.fields.get("sender")
        if isinstance(sender, forms.ModelChoiceField) and sender.queryset is not None:
            # A manager of this campaign alone sees no other.
            sender.queryset = sender.queryset | Sender.objects.filter(pk=self.instance.sender_id)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if {"sender", "country", "time_zone"} <= set(given):
            sender = given["sender"]
            for field, told in place_faults(given["country"], given["time_zone"], sender).items():
                self.add_error(field, told)
            if sender.organisation_id != self.instance.organisation_id:
                self.add_error("sender", gettext("Choose one of the campaign's own organisation."))
        return given


class NewCampaignForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For staff, such as Walk more.")
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=LONGEST_KEY,
        required=False,
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                _("Write small letters, digits and single hyphens, such as walk-more."),
            )
        ],
        help_text=_("Short, for files and commands; it never changes. Empty: made from the name."),
    )
    about = forms.CharField(
        label=_("About"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    sender = forms.ModelChoiceField(
        Sender.objects.none(),
        label=_("Sender"),
        empty_label=_("Choose"),
        help_text=_(
            "The number people text to. Two campaigns on one number need two words to join."
        ),
    )
    country = forms.ChoiceField(label=_("Country"), choices=_countries)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_zones, help_text=_("Of whoever has told none of their own.")
    )
    programme = forms.CharField(
        label=_("Name in the texts"),
        max_length=LONGEST_VALUE,
        help_text=format_lazy(
            _(
                "What people know it by, at most {most} characters. It names no illness: others "
                "may see it on the telephone."
            ),
            most=LONGEST_VALUE,
        ),
    )
    emergency_number = forms.CharField(
        label=_("Emergency number"),
        max_length=LONGEST_VALUE,
        validators=[
            RegexValidator(
                r"^\+?\d[\d -]+\d$",
                _("Write the number as people dial it: digits, spaces and hyphens."),
            )
        ],
        help_text=_("Said to whoever is in danger. Have it rung from a telephone in the country."),
    )
    minimum_age = forms.IntegerField(
        label=_("Youngest age"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_(
            "Years, asked where there is a question about age. Empty: as the country's law "
            "has it, 18 where that is not known here."
        ),
    )
    manager = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Programme manager"),
        empty_label=_("Choose"),
        help_text=_(
            "Who builds it, and looks after the people in it. Further people, such as a "
            "reviewer, are added on the campaign's page."
        ),
    )

    def __init__(
        self, *given: Any, senders: QuerySet[Sender], managers: QuerySet[User], **options: Any
    ) -> None:
        super().__init__(*given, **options)
        for name, rows in (("sender", senders), ("manager", managers)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    @property
    def values(self) -> dict[str, Any]:
        """As `adding.add` takes them."""
        given = dict(self.cleaned_data)
        variables = {name: given.pop(name) for name in VARIABLES}
        return {**given, "variables": variables}
