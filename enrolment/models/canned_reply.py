from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.wording import PERSONAL_FIELDS, placeholders, stray_braces
from trust.models import Organisation

#: Made for one text alone, and never by hand.
_NEVER = frozenset({"web_link", "erase_code"})


class CannedReply(models.Model):
    """Words a counsellor need not write each time; read over and changed before they are sent."""

    scope_organisation = "organisation_id"
    scope_campaign = "campaign_id"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_replies",
        help_text="Empty: offered in every campaign of the organisation.",
    )
    title = models.CharField(max_length=60)
    language = models.CharField(max_length=8, help_text="Such as en or nb.")
    text = models.TextField(
        max_length=480,
        help_text="Nobody's name, and no number but help's. {{ first_name }} and what else the "
        "campaign's texts may hold is filled in when the reply is chosen.",
    )

    class Meta:
        ordering = ("title", "language")
        verbose_name_plural = "canned replies"

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        known = (PERSONAL_FIELDS - _NEVER) | self._variables()
        unknown = placeholders(self.text) - known
        if stray_braces(self.text):
            raise ValidationError(
                {"text": _("A placeholder is written like this: {{ first_name }}.")}
            )
        if unknown:
            words = _("Nobody knows what to put for %(unknown)s. Known are: %(known)s.") % {
                "unknown": ", ".join(sorted(unknown)),
                "known": ", ".join(sorted(known)),
            }
            raise ValidationError({"text": words})

    def _variables(self) -> frozenset[str]:
        """Of the campaign, or what every campaign of the organisation has."""
        theirs = Campaign.objects.filter(organisation_id=self.organisation_id)
        if self.campaign_id is not None:
            theirs = theirs.filter(pk=self.campaign_id)
        names = [frozenset(row.variables) for row in theirs]
        return frozenset.intersection(*names) if names else frozenset()
