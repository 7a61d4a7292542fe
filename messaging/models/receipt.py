from typing import ClassVar

from django.db import models
from django.utils.translation import gettext

from messaging.models.attempt import Attempt
from trust.models import MachineNow


class Receipt(models.Model):
    """A provider's report on an attempt, kept as it came; the message's status follows by rank."""

    scope_organisation: ClassVar[str] = "attempt__message__organisation_id"
    scope_campaign: ClassVar[str | None] = None

    class Status(models.TextChoices):
        SENT = "sent"
        FAILED = "failed"
        UNDELIVERED = "undelivered"
        DELIVERED = "delivered"

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="receipts")
    status = models.CharField(max_length=12, choices=Status.choices)
    error_code = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attempt", "status"], name="receipt_status_once"),
        ]

    def __str__(self) -> str:
        return gettext("Receipt %(pk)s") % {"pk": self.pk}
