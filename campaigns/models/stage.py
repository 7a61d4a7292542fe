from django.db import models

from campaigns.content import LateRule, Track
from campaigns.models.campaign_version import CampaignVersion


class Stage(models.Model):
    """A stretch of the journey whose steps share an anchor and a rule for lateness."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="stages")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    anchor = models.CharField(max_length=20)
    track = models.CharField(max_length=8, choices=[(track, track) for track in Track])
    late = models.CharField(max_length=16, choices=[(rule, rule) for rule in LateRule])
    shelf_hours = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("version", "position")
        constraints = (models.UniqueConstraint(fields=("version", "key"), name="stage_key_once"),)

    def __str__(self) -> str:
        return self.name
