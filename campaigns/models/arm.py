from django.db import models

from campaigns.models.trial import Trial


class Arm(models.Model):
    """One group of a trial."""

    scope_organisation = "trial__campaign__organisation_id"
    scope_campaign = "trial__campaign_id"

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="arms")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("trial", "key"), name="arm_key_once"),)

    def __str__(self) -> str:
        return self.name
