"""What is said of a token when it is made."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrolment import api_tokens
from enrolment.models.api_token import ApiToken
from trust.models import User

_LIVES = {30: _("30 days"), 90: _("90 days"), 365: _("a year"), 730: _("two years")}
_MAY = {
    ApiToken.May.READINGS: _("send readings of devices and apps"),
    ApiToken.May.INVITATIONS: _("invite people"),
    ApiToken.May.ANSWERS: _("send answers to the campaign's questions"),
    ApiToken.May.EVENTS: _("send events, such as a visit"),
    ApiToken.May.RESEARCH: _("read research data under pseudonyms"),
    ApiToken.May.FHIR: _("read FHIR resources under pseudonyms"),
}


class ApiTokenForm(forms.ModelForm):  # type: ignore[type-arg]
    may = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(may.value, words) for may, words in _MAY.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You can give it only what you may do yourself in this campaign."),
    )
    days = forms.TypedChoiceField(
        label=_("It lives for"),
        coerce=int,
        choices=list(_LIVES.items()),
        initial=api_tokens.USUAL_DAYS,
    )

    class Meta:
        model = ApiToken
        fields = ("campaign", "name")

    #: Set by the page.
    user: User

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        campaign, may = given.get("campaign"), set(given.get("may") or ())
        if campaign is not None and not may <= api_tokens.givable(self.user, campaign.pk):
            self.add_error("may", _("Your role in this campaign does not allow all of this."))
        return given
