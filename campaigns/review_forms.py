"""What is typed on a version's review page and a text's page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class ClinicalForm(forms.Form):
    reviewer = forms.CharField(label=_("Who approved it"), max_length=120)
    body = forms.CharField(label=_("For which body"), max_length=120)
    day = forms.DateField(label=_("On which day"), widget=_day())
    reference = forms.CharField(
        label=_("Reference, if there is one"), max_length=120, required=False
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it goes back"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class _LanguageForm(forms.Form):
    """About a text in one of the languages it has."""

    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, languages: list[str], *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(language, language) for language in languages]


class CommentForm(_LanguageForm):
    body = forms.CharField(
        label=_("Comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PretestForm(_LanguageForm):
    rating = forms.IntegerField(
        label=_("Rating"),
        min_value=1,
        max_value=5,
        help_text=_("1 not understood, 5 understood, liked"),
    )
    people = forms.IntegerField(label=_("People asked"), min_value=1, max_value=1000)
    held_on = forms.DateField(label=_("On which day"), widget=_day())
    note = forms.CharField(label=_("What they said"), max_length=500, required=False)


class CodesForm(forms.Form):
    codes = forms.CharField(
        label=_("Techniques"),
        max_length=200,
        required=False,
        help_text=_("Codes of BCTTv1 with commas, the main one first, such as 8.2, 12.4"),
    )

    def clean_codes(self) -> list[str]:
        return [code.strip() for code in self.cleaned_data["codes"].split(",") if code.strip()]
