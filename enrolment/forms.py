from django import forms

from enrolment.invited import WAYS
from enrolment.models.consent import Consent

_DAY = 24 * 60


class TextForm(forms.Form):
    """A text as a handset would send it."""

    #: Ten joined segments; longer ones no handset sends.
    body = forms.CharField(max_length=1530, strip=False)


class ClockForm(forms.Form):
    """Which of the clock buttons was pressed."""

    NEXT_TEXT = "next"

    by = forms.ChoiceField(choices=[(NEXT_TEXT, ""), ("60", ""), (str(_DAY), "")])


class InvitePhoneForm(forms.Form):
    """By whom the handset's number is signed up."""

    how = forms.ChoiceField(choices=[(way, Consent.Channel(way).label) for way in WAYS])
