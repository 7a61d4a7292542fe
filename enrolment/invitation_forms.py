"""Signing one person up by hand: what is typed, read, and refused in words."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from campaigns.models import Campaign, CampaignVersion
from campaigns.schedule import local_day
from enrolment.invited import LONGEST_REFERRER, is_plain_reference, name_in
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
    Invitation.Refusal.OPTED_OUT: _(
        "This number has asked for no more texts, so nobody may invite "
        "it. The person can text the word to join herself."
    ),
    Invitation.Refusal.COUNTRY: _(
        "This campaign does not text to that country. Look at the first "
        "figures of the number, or choose another campaign."
    ),
    Invitation.Refusal.ALREADY_IN: _(
        "This number is in the campaign, or was invited and has not "
        "answered yet. There is nothing to do."
    ),
    Invitation.Refusal.ASKED_LATELY: _(
        "This number was asked within the last thirty days and did "
        "not say yes. Wait, or let the person text the word to join."
    ),
    Invitation.Refusal.NOT_OPEN: _("This campaign has no published version. Publish one first."),
}
_NUMBER = _("Write the whole number with + and its country, such as +44 7700 900123.")
_LONGEST = 40
_LONGEST_REFERENCE = 200
ASK, PAPER = "ask", "paper"
_HOW = _("Say how the person has asked to be invited.")
_DAY = _("Write the day as 2026-11-30.")
_EARLIEST = date(2000, 1, 1)


class InviteForm(forms.Form):
    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        widget=UnfoldAdminSelectWidget(),
        empty_label=None,
        error_messages={
            "required": _("Choose a campaign."),
            "invalid_choice": _("Choose one of the campaigns in the list."),
        },
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=_LONGEST,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_(
            "With + and its country; without one it is taken for a number of the campaign's."
        ),
        error_messages={"required": _NUMBER, "max_length": _NUMBER},
    )
    first_name = forms.CharField(
        label=_("First name"),
        max_length=_LONGEST,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("If it is known. It is kept only if the person says yes."),
        error_messages={"max_length": _("Write just a first name, at most 20 letters.")},
    )
    language = forms.ChoiceField(
        label=_("Language"),
        widget=UnfoldAdminSelectWidget(),
        help_text=_("Of the question that is sent."),
        error_messages={
            "required": _("Choose a language."),
            "invalid_choice": _("Choose one of the languages in the list."),
        },
    )
    channel = forms.ChoiceField(
        label=_("How did they ask?"),
        choices=[(way.value, capfirst(way.label)) for way in _WAYS],
        # Whoever has signed a paper came by it.
        required=False,
        widget=UnfoldAdminRadioSelectWidget(),
        error_messages={"invalid_choice": _HOW},
    )

    asked_on = forms.DateField(
        label=_("When?"),
        required=False,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "off", "placeholder": "2026-11-30"}
        ),
        help_text=_("The day they asked or signed."),
        input_formats=("%Y-%m-%d", "%d.%m.%Y"),
        error_messages={"invalid": _DAY},
    )
    referrer = forms.CharField(
        label=_("Who sent them?"),
        max_length=LONGEST_REFERRER,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("A health worker's code or a place. Referrals are counted by it."),
        error_messages={"max_length": _("Write at most %(limit_value)s signs.")},
    )
    consent = forms.ChoiceField(
        label=_("Their consent"),
        choices=(
            (ASK, _("They confirm by their own YES")),
            (PAPER, _("It is on paper already")),
        ),
        initial=ASK,
        # Whoever says nothing of a paper has none.
        required=False,
        widget=UnfoldAdminRadioSelectWidget(),
        help_text=_(
            "Their own YES: the number gets one neutral question. On paper: joining begins "
            "at once, and the paper's day and place are needed below."
        ),
        error_messages={"invalid_choice": _("Say whether they are asked, or have signed.")},
    )
    reference = forms.CharField(
        label=_("Where is the paper?"),
        max_length=_LONGEST_REFERENCE,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_(
            "Only for a consent on paper: its number and where it is kept, such as Form 12, "
            "Mpika clinic."
        ),
        error_messages={"max_length": _("Write at most %(limit_value)s signs.")},
    )
    calls = forms.BooleanField(
        label=_("The paper agrees to a call afterwards, too"),
        required=False,
        widget=UnfoldBooleanWidget(),
    )
    is_test = forms.BooleanField(
        label=_("A test participant"),
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text=_("One of us trying it out: left out of every figure."),
    )

    field_order = ("campaign", "number", "first_name", "language", "consent", "channel")

    def __init__(self, data: Any = None, *, campaigns: QuerySet[Campaign], now: datetime) -> None:
        super().__init__(data, use_required_attribute=False)
        self.now = now
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
            raise forms.ValidationError(_("Write just a first name, without figures, such as Sam."))
        return name

    def clean_referrer(self) -> str:
        said: str = " ".join(self.cleaned_data["referrer"].split())
        if not is_plain_reference(said):
            raise forms.ValidationError(_("Write a code or a place, not a telephone number."))
        return said

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        campaign, number = given.get("campaign"), given.get("number")
        if campaign is None:
            return given
        version = self.live.get(campaign.pk)
        if version is None:
            self.add_error("campaign", REFUSALS[Invitation.Refusal.NOT_OPEN])
        elif given.get("language") and given["language"] not in version.languages:
            names = ", ".join(language_name(code) for code in version.languages)
            self.add_error(
                "language",
                _("%(campaign)s is written in %(names)s. Choose of these.")
                % {"campaign": campaign.name, "names": names},
            )
        if number:
            given["number"] = normalised(number, campaign.country)
            if not is_number(given["number"]):
                self.add_error("number", _NUMBER)
        self._check_evidence(given, campaign)
        return given

    def _check_evidence(self, given: dict[str, Any], campaign: Campaign) -> None:
        day = given.get("asked_on")
        if day is not None and not (
            _EARLIEST <= day <= local_day(self.now, ZoneInfo(campaign.time_zone))
        ):
            self.add_error("asked_on", _("This day lies ahead, or too far back. Look at the year."))
        if given.get("consent") != PAPER:
            if not given.get("channel") and "channel" not in self.errors:
                self.add_error("channel", _HOW)
            if given.get("calls"):
                self.add_error("calls", _("A yes to a call needs its paper. Without one leave it."))
            return
        if day is None and "asked_on" not in self.errors:
            self.add_error(
                "asked_on", _("Say when the paper was signed. Write the day as 2026-11-30.")
            )
        if not given.get("reference") and "reference" not in self.errors:
            self.add_error(
                "reference",
                _("Say where the paper can be found, or let the person confirm by YES."),
            )
