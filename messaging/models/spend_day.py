from typing import ClassVar

from django.db import models

from messaging.models.sender import Sender


class SpendDay(models.Model):
    """What one sender's provider took on one day, UTC: texts accepted, whatever became of them.

    Counted again while the day may still change; `counted_at` is the calendar's time of that."""

    scope_organisation: ClassVar[str] = "sender__organisation_id"
    scope_campaign: ClassVar[str | None] = None

    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="spend_days")
    day = models.DateField()
    messages = models.PositiveIntegerField()
    segments = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ("-day",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "day"], name="spend_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.segments} segments"
