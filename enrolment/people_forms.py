from django import forms

from enrolment.people_table import LARGEST_FILE


class PeopleFileForm(forms.Form):
    """A list of people."""

    file = forms.FileField(
        label="The list",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": "Choose a file first.",
            "empty": "The file is empty.",
            "missing": "Choose a file first.",
            "invalid": "The file did not arrive whole. Choose it again.",
        },
    )

    def clean_file(self) -> bytes:
        found = self.cleaned_data["file"]
        if found.size > LARGEST_FILE:
            raise forms.ValidationError(
                f"The file is larger than {LARGEST_FILE // 1_000_000} MB. Split the list into "
                "several."
            )
        content: bytes = found.read()
        return content
