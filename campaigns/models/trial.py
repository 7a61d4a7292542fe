from django.db import models

from campaigns.models.campaign import Campaign


class Trial(models.Model):
    """A comparison of arms within a campaign."""

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="trials")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("campaign", "key"), name="trial_key_once"),)

    def __str__(self) -> str:
        return self.name
