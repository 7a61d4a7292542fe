"""Inviting one person by hand: what is typed, read, and refused in words."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.models import Campaign, CampaignVersion
from enrolment.invited import name_in
from enrolment.models.consent import Consent
from enrolment.models.invitation import Invitation
from enrolment.own_page import language_name
from messaging.addresses import is_number, normalised

#: A colleague types what somebody has told; a system of its own has the API.
_WAYS = (
    Consent.Channel.WEB, Consent.Channel.REFERRAL, Consent.Channel.MISSED_CALL,
    Consent.Channel.PAPER,
)  # fmt: skip
#: What to do about each reason not to ask.
REFUSALS = {
    Invitation.Refusal.OPTED_OUT: "This number has asked for no more texts, so nobody may invite "
    "it. The person can text the word to join herself.",
    Invitation.Refusal.COUNTRY: "This campaign does not text to that country. Look at the first "
    "figures of the number, or choose another campaign.",
    Invitation.Refusal.ALREADY_IN: "This number is in the campaign, or was invited and has not "
    "answered yet. There is nothing to do.",
    Invitation.Refusal.ASKED_LATELY: "This number was asked within the last thirty days and did "
    "not say yes. Wait, or let the person text the word to join.",
    Invitation.Refusal.NOT_OPEN: "This campaign has no published version. Publish one first.",
}
_NUMBER = "Write the whole number with + and its country, such as +44 7700 900123."
_LONGEST = 40


class InviteForm(forms.Form):
    campaign = forms.ModelChoiceField(
        queryset=Campaign.objects.none(),
        widget=UnfoldAdminSelectWidget(),
        empty_label=None,
        error_messages={
            "required": "Choose a campaign.",
            "invalid_choice": "Choose one of the campaigns in the list.",
        },
    )
    number = forms.CharField(
        max_length=_LONGEST,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text="With + and its country; without one it is taken for a number of the campaign's.",
        error_messages={"required": _NUMBER, "max_length": _NUMBER},
    )
    first_name = forms.CharField(
        max_length=_LONGEST,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="If it is known. It is kept only if the person says yes.",
        error_messages={"max_length": "Write just a first name, at most 20 letters."},
    )
    language = forms.ChoiceField(
        widget=UnfoldAdminSelectWidget(),
        help_text="Of the question that is sent.",
        error_messages={
            "required": "Choose a language.",
            "invalid_choice": "Choose one of the languages in the list.",
        },
    )
    channel = forms.ChoiceField(
        label="How did they ask?",
        choices=[(way.value, way.label.capitalize()) for way in _WAYS],
        widget=UnfoldAdminRadioSelectWidget(),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Say how the person has asked to be invited."
        ),
    )

    def __init__(self, data: Any = None, *, campaigns: QuerySet[Campaign]) -> None:
        super().__init__(data, use_required_attribute=False)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        live = CampaignVersion.objects.filter(
            campaign__in=campaigns, status=CampaignVersion.Status.PUBLISHED
        ).order_by("pk")
        self.live = {version.campaign_id: version for version in live.select_related("campaign")}
        spoken = {code: None for version in self.live.values() for code in version.languages}
        named = [(code, language_name(code)) for code in spoken]
        self.fields["language"].choices = named  # type: ignore[attr-defined]

    def clean_first_name(self) -> str:
        said: str = self.cleaned_data["first_name"]
        name = name_in(said) if said else ""
        if name is None:
            raise forms.ValidationError("Write just a first name, without figures, such as Sam.")
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        campaign, number = given.get("campaign"), given.get("number")
        if campaign is None:
            return given
        version = self.live.get(campaign.pk)
        if version is None:
            self.add_error("campaign", REFUSALS[Invitation.Refusal.NOT_OPEN])
        elif given.get("language") and given["language"] not in version.languages:
            names = " and ".join(language_name(code) for code in version.languages)
            self.add_error("language", f"{campaign.name} is written in {names}. Choose of these.")
        if number:
            given["number"] = normalised(number, campaign.country)
            if not is_number(given["number"]):
                self.add_error("number", _NUMBER)
        return given
