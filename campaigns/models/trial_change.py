from django.db import models
from django.db.models import Q

from campaigns.models.trial import Trial
from trust.models import User


class TrialChange(models.Model):
    """What was done to a trial, by whom, when and why; the database lets no line be changed."""

    scope_organisation = "trial__campaign__organisation_id"
    scope_campaign = "trial__campaign_id"

    class Kind(models.TextChoices):
        START = "start"
        AMEND = "amend"
        STOP = "stop"

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    policy = models.PositiveSmallIntegerField(help_text="In force from then on.")
    reason = models.TextField(max_length=1000)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("trial", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="trial_change_has_its_reason"),
        )

    def __str__(self) -> str:
        return f"{self.trial}: {self.kind}"
