"""What a counsellor fills in on the page of a case."""

from django import forms

from enrolment.counselling import AtOnce
from enrolment.models.case import Case

#: By hand; an erasure closes a case by itself.
RESOLUTIONS = [choice for choice in Case.Resolution.choices if choice[0] != Case.Resolution.ERASED]
_LONGEST = 1530


class AnswerForm(forms.Form):
    text = forms.CharField(
        max_length=_LONGEST,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": _LONGEST, "id": "answer-text"}),
        error_messages={"required": "Write something to send."},
    )
    at_once = forms.ChoiceField(
        choices=[("", "No, in their hours"), *AtOnce.choices],
        required=False,
        label="Send at once, at any hour?",
    )
    turn = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ResolveForm(forms.Form):
    resolution = forms.ChoiceField(choices=RESOLUTIONS, label="How it ended")
