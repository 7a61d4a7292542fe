from django.db import models

from campaigns.models import Campaign
from trust.models import Organisation


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
    text = models.TextField(max_length=480, help_text="Nobody's name, and no number but help's.")

    class Meta:
        ordering = ("title", "language")
        verbose_name_plural = "canned replies"

    def __str__(self) -> str:
        return self.title
