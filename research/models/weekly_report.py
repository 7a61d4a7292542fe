from typing import ClassVar

from django.db import models

from campaigns.models import Campaign
from trust.models import User


class WeeklyReport(models.Model):
    """One campaign's week sent to one user: the row is written before the mail leaves, so that no
    week is sent twice, and taken back where the mail was refused."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    monday = models.DateField(help_text="The week's first day.")
    sent_at = models.DateTimeField(help_text="Calendar time.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "user", "monday"], name="week_sent_once"),
        ]

    def __str__(self) -> str:
        return f"Week of {self.monday:%Y-%m-%d}"
