"""What a counsellor fills in on the page of a case."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrolment.counselling import AtOnce
from enrolment.models.case import Case
from trust.models import User

#: By hand; an erasure closes a case by itself.
RESOLUTIONS = [choice for choice in Case.Resolution.choices if choice[0] != Case.Resolution.ERASED]
_LONGEST = 1530


class AnswerForm(forms.Form):
    text = forms.CharField(
        max_length=_LONGEST,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": _LONGEST, "id": "answer-text"}),
        error_messages={"required": _("Write something to send.")},
    )
    at_once = forms.ChoiceField(
        choices=[("", _("No, in their hours")), *AtOnce.choices],
        required=False,
        label=_("Send at once, at any hour?"),
    )
    turn = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ResolveForm(forms.Form):
    resolution = forms.ChoiceField(
        choices=[("", _("Choose")), *RESOLUTIONS],
        label=_("How it ended"),
        error_messages={"required": _("Choose how it ended.")},
    )


class AssignForm(forms.Form):
    """Without a name: to oneself."""

    to = forms.ChoiceField(
        label=_("Give it to"), required=False, widget=forms.Select(attrs={"required": True})
    )

    def __init__(self, *args: Any, counsellors: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.users = {str(user.pk): user for user in counsellors}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *((pk, user.name) for pk, user in self.users.items())]

    def chosen(self) -> User | None:
        return self.users.get(self.cleaned_data["to"])
