from django import forms
from django.utils.translation import gettext_lazy as _

from enrolment.people_table import LARGEST_FILE


class PeopleFileForm(forms.Form):
    """A list of people."""

    file = forms.FileField(
        label=_("The list"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
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
                _("The file is larger than %(size)s MB. Split the list into several.")
                % {"size": LARGEST_FILE // 1_000_000}
            )
        content: bytes = found.read()
        return content
