from django.db import models

from campaigns.models import Campaign
from trust.models import User


class ReadingToken(models.Model):
    """What a device or an app proves itself with to send readings into one campaign.

    Only a hash of it is kept: it was shown once, when it was made. Its organisation is the
    campaign's.
    """

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reading_tokens")
    name = models.CharField(max_length=80, help_text="The device or app that uses it.")
    hashed = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    window_at = models.DateTimeField(
        null=True, blank=True, help_text="The minute that requests are counted in."
    )
    window_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("campaign", "name")

    def __str__(self) -> str:
        return self.name
