from typing import ClassVar

from django.db import models

from campaigns.models import Campaign


class StandingCount(models.Model):
    """How many people stand where, as of the last counting; without test participants; for
    everybody, and in every slice."""

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    measure = models.CharField(max_length=12)
    key = models.CharField(max_length=60, blank=True)
    number = models.IntegerField(default=0)
    by = models.CharField(max_length=8, blank=True, help_text="The slice; empty: everybody.")
    value = models.CharField(max_length=130, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "by", "value", "measure", "key", "number"],
                name="standing_counted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.key}: {self.count}"
