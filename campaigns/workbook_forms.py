from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.pack_languages import STARTER_LANGUAGES
from campaigns.workbook_safety import LARGEST_FILE


class UploadForm(forms.Form):
    """A campaign's workbook, or a translator's file."""

    file = forms.FileField(
        label=_("The file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.po"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty."),
            "missing": _("Choose a file first."),
            "invalid": _("The file did not arrive whole. Choose it again."),
        },
    )

    def clean_file(self) -> bytes:
        found = self.cleaned_data["file"]
        if found.size > LARGEST_FILE:
            raise forms.ValidationError(
                gettext("The file is larger than %(value)s MB.")
                % {"value": LARGEST_FILE // 1_000_000}
            )
        content: bytes = found.read()
        return content


class NewWorkbookForm(forms.Form):
    """In which of the starter's languages a new campaign begins. None chosen: the country's."""

    languages = forms.MultipleChoiceField(
        choices=tuple(STARTER_LANGUAGES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class TranslationForm(forms.Form):
    """Which language a translator is to write, and in which form."""

    language = forms.RegexField(
        regex=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$",
        max_length=8,
        label=_("Language code"),
        error_messages={"invalid": _("Write a language's code, such as nn or pt-BR.")},
    )
    form = forms.ChoiceField(
        choices=(("xlsx", _("Spreadsheet")), ("po", _("PO file"))), label=_("As")
    )
