from django.db import models
from django.db.models import Q

from campaigns.models import Trial
from enrolment.models.enrolment import Enrolment
from trust.models import User


class Unblinding(models.Model):
    """Somebody was told one person's arm, and why; the database lets no line be changed."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="unblindings")
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="unblindings")
    reason = models.TextField(max_length=1000)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="unblinding_has_its_reason"),
        )

    def __str__(self) -> str:
        return f"Unblinding {self.pk}"
