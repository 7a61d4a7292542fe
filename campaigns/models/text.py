from django.db import models

from campaigns.models.campaign_version import CampaignVersion


class Text(models.Model):
    """Wording in one language and variant, found by the key of what says it."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="texts")
    key = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    variant = models.CharField(max_length=20, blank=True)
    body = models.TextField()

    class Meta:
        ordering = ("version", "key", "language", "variant")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "key", "language", "variant"), name="text_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"
