"""What staff fill in about the number and the manner of somebody's texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrolment import renumbering
from enrolment.models.enrolment import Enrolment


class NumberForm(forms.Form):
    number = forms.CharField(
        max_length=30,
        label=_("New number"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    to_caregiver = forms.BooleanField(
        required=False, label=_("It belongs to a caregiver, who gets texts about this person")
    )

    def __init__(self, data: Any = None, *, enrolment: Enrolment) -> None:
        super().__init__(data)
        self.enrolment = enrolment

    def clean_number(self) -> str:
        try:
            return renumbering.read_number(
                enrolment=self.enrolment, said=self.cleaned_data["number"]
            )
        except renumbering.NotANumber:
            raise forms.ValidationError(
                _("We can't text this number. Write it with its + and the country's figures.")
            ) from None
