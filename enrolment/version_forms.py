from django import forms

from enrolment.models import BatchMove


class PublishForm(forms.Form):
    """What becomes of the people on other versions."""

    FINISH = "finish"

    people = forms.ChoiceField(
        choices=[(FINISH, ""), *((pace, "") for pace in BatchMove.Pace.values)]
    )

    @property
    def pace(self) -> str | None:
        chosen: str = self.cleaned_data["people"]
        return None if chosen == self.FINISH else chosen
