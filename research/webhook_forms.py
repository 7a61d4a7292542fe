"""Which events a web service is told of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns import access
from research.models import Webhook
from trust.models import User


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]
    events = forms.MultipleChoiceField(
        label=_("It is told when"),
        choices=Webhook.Event.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Webhook
        # The page names the others.
        fields = ("campaign",)

    #: Set by the page.
    user: User

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        campaign = given.get("campaign")
        reach = access.reach_of(self.user)
        if campaign is not None and not reach.may("research.export", campaign.pk):
            self.add_error("campaign", _("You may not read this campaign's research data."))
        return given
