"""What is typed for a sample."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Step
from enrolment.call_forms import MOST, CallListForm
from enrolment.call_lists import Wanted
from enrolment.models.follow_up_sample import FollowUpSample


class SampleForm(CallListForm):
    stratum = forms.ChoiceField(
        label=_("Each group by its share of all"),
        required=False,
        help_text=_("So that a sample is no luckier than it must be."),
    )

    def __init__(self, data: Any = None, *, surveys: Sequence[Step]) -> None:
        super().__init__(data, surveys=surveys)
        self.fields["stratum"].choices = FollowUpSample.Stratum.choices  # type: ignore[attr-defined]
        self.fields["sample"] = forms.IntegerField(
            label=_("So many, drawn at random"),
            min_value=1,
            max_value=MOST,
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), _("Write how many, such as 200.")
            ),
        )

    @property
    def wanted(self) -> Wanted:
        given = {name: value for name, value in self.cleaned_data.items() if name != "stratum"}
        return Wanted(**given)
