from django.db import models

from campaigns.models.campaign_version import CampaignVersion


class Text(models.Model):
    """Wording in one language, found by the key of what says it; a variant is `<key>@<name>`."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="texts")
    key = models.CharField(max_length=80)
    language = models.CharField(max_length=8)
    body = models.TextField()

    class Meta:
        ordering = ("version", "key", "language")
        constraints = (
            models.UniqueConstraint(fields=("version", "key", "language"), name="text_once"),
        )

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"
