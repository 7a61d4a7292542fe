from django.db import models
from django.db.models import Q

from campaigns.models.campaign_version import CampaignVersion
from trust.models import User


class LanguageReview(models.Model):
    """Somebody who has the language has read every text of it in this version, and signs. Void once
    the version goes back to draft; never deleted."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(
        CampaignVersion, on_delete=models.PROTECT, related_name="language_reviews"
    )
    language = models.CharField(max_length=8)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    native = models.BooleanField(
        default=False, help_text="The reviewer has had the language from childhood."
    )
    note = models.CharField(max_length=500, blank=True)
    signed_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("version", "language", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "language"),
                condition=Q(voided_at=None),
                name="language_signed_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.language} by {self.reviewer}"
