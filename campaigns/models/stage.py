from django.db import models
from django.db.models import Q

from campaigns.models.campaign_version import CampaignVersion
from campaigns.rules import (
    LateRule,
    Track,
)


class Stage(models.Model):
    """A stretch of the journey whose steps share an anchor and a rule for lateness."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="stages")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    anchor = models.CharField(max_length=60)
    track = models.CharField(max_length=8, choices=[(track.value, track.value) for track in Track])
    late = models.CharField(max_length=16, choices=[(rule.value, rule.value) for rule in LateRule])
    shelf_hours = models.PositiveSmallIntegerField()
    profiles = models.JSONField(default=list, blank=True, help_text="Only in these doses.")
    when = models.CharField(max_length=500, blank=True, help_text="A condition.")
    then_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    then_enter = models.SlugField(max_length=40, blank=True, help_text="The stage that follows.")
    pool = models.SlugField(
        max_length=40, blank=True, help_text="The bank that spares repeats in a later attempt."
    )
    avoid = models.JSONField(default=list, blank=True, help_text="weekends, holidays")

    class Meta:
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="stage_key_once"),
            models.CheckConstraint(
                condition=Q(then_after_days=None, then_enter="")
                | (Q(then_after_days__isnull=False) & ~Q(then_enter="")),
                name="stage_hands_over_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name
