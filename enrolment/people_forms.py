from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrolment.people_list import STATES
from enrolment.people_table import LARGEST_FILE
from trust.saying import said


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


class PeopleExportForm(forms.Form):
    """Whom an exported list holds. Who may not see numbers is not asked about them."""

    state = forms.ChoiceField(
        label=_("Who"),
        choices=lambda: [(name, said(title)) for name, (title, _of) in STATES.items()],
    )
    with_numbers = forms.BooleanField(required=False, label=_("With telephone numbers"))

    def __init__(self, *args: Any, may_reveal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_reveal:
            del self.fields["with_numbers"]
