from django.db import models
from django.db.models import Q

from campaigns.content import LateRule, Priority
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.question import Question
from campaigns.models.stage import Stage


class Step(models.Model):
    """A planned text or question. Its key lives across versions: it is how history is known."""

    scope_organisation = "version__campaign__organisation_id"
    scope_campaign = "version__campaign_id"

    version = models.ForeignKey(CampaignVersion, on_delete=models.CASCADE, related_name="steps")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    day = models.SmallIntegerField(null=True, blank=True, help_text="Days from the anchor's date.")
    slot = models.CharField(max_length=40, blank=True)
    after_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Minutes after an anchor that is a moment."
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, blank=True)
    late = models.CharField(max_length=16, choices=[(rule, rule) for rule in LateRule])
    shelf_hours = models.PositiveSmallIntegerField()
    priority = models.CharField(max_length=12, choices=[(rank, rank) for rank in Priority])
    tags = models.JSONField(default=list, blank=True, help_text="BCTTv1 codes.")

    class Meta:
        ordering = ("version", "stage__position", "position")
        constraints = (
            models.UniqueConstraint(fields=("version", "key"), name="step_key_once"),
            models.CheckConstraint(
                condition=(Q(day__isnull=False) & ~Q(slot="") & Q(after_minutes=None))
                | Q(day=None, slot="", after_minutes__isnull=False),
                name="step_has_day_and_slot_or_minutes",
            ),
        )

    def __str__(self) -> str:
        return self.key
