from django.db import models

from campaigns.models.campaign_version import CampaignVersion
from trust.models import User


class TechniqueCode(models.Model):
    """One technique that one person found in one text. A text has many, and so may several people
    code it; what the pack's own `tags` say is the author's coding."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(
        CampaignVersion, on_delete=models.PROTECT, related_name="technique_codes"
    )
    key = models.CharField(max_length=60, help_text="Of a step or a bank's text.")
    code = models.CharField(max_length=8)
    vocabulary = models.CharField(max_length=20)
    vocabulary_version = models.CharField(max_length=8)
    is_main = models.BooleanField(default=False)
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    coded_at = models.DateTimeField()

    class Meta:
        ordering = ("version", "key", "coder", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "key", "coder", "vocabulary", "code"),
                name="technique_coded_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.code}"
