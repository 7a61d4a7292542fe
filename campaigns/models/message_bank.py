from django.db import models

from campaigns.models.campaign_version import CampaignVersion


class MessageBank(models.Model):
    """Rotating texts that answer a keyword; none repeats until all have been sent."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="banks")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ("version", "key")
        constraints = (models.UniqueConstraint(fields=("version", "key"), name="bank_key_once"),)

    def __str__(self) -> str:
        return self.name
