from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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


class PublishHourForm(PublishForm):
    """The same, and when: at once, or at a day and hour of the campaign's zone."""

    AT_ONCE, AT = "now", "at"

    when = forms.ChoiceField(
        choices=[(AT_ONCE, _("At once")), (AT, _("At this day and hour"))],
        widget=forms.RadioSelect,
        required=False,
        initial=AT_ONCE,
    )
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write a day, such as 2027-01-31.")},
    )
    wall = forms.TimeField(
        label=_("Hour"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write an hour, such as 08:00.")},
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("when") == self.AT:
            for name, missing in (("day", _("Choose a day.")), ("wall", _("Choose an hour."))):
                if name not in self.errors and given.get(name) is None:
                    self.add_error(name, missing)
        return given

    @property
    def hour(self) -> tuple[date, time] | None:
        """None: at once."""
        if self.cleaned_data.get("when") != self.AT:
            return None
        return self.cleaned_data["day"], self.cleaned_data["wall"]
