from typing import ClassVar

from django.db import models

from campaigns.models import Campaign


class DayCount(models.Model):
    """How many of one thing happened on one day of the campaign's zone, without test participants.

    A day is counted whole and put in place of what was counted before, never added to. The slices
    are the people's own at the counting; `measure` and `key` are `research.counts`'s.
    """

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    measure = models.CharField(max_length=12)
    key = models.CharField(max_length=60, blank=True)
    number = models.IntegerField(default=0)
    language = models.CharField(max_length=8, blank=True)
    region = models.CharField(max_length=40, blank=True)
    dose = models.CharField(max_length=20, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "campaign", "day", "measure", "key", "number", "language", "region", "dose",
                ],
                name="day_counted_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.measure} {self.key}: {self.count}"
