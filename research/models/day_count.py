from typing import ClassVar

from django.db import models
from django.db.models import Q

from campaigns.models import Campaign


class DayCount(models.Model):
    """How many of one thing happened on one day of the campaign's zone, without test participants.

    A day is counted whole and put in place of what was counted before, never added to. Each thing
    stands once for everybody and once in every slice, by what its person is at the counting;
    `measure` and `key` are `research.counts`'s.
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
    by = models.CharField(max_length=8, blank=True, help_text="The slice; empty: everybody.")
    value = models.CharField(max_length=130, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["day"], name="day_count_of_day"),
            models.Index(
                fields=["day"], name="day_count_waiting", condition=Q(key="waiting", by="")
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "by", "value", "day", "measure", "key", "number"],
                name="day_counted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.measure} {self.key}: {self.count}"
