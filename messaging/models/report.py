from typing import ClassVar

from django.db import models

from trust.models import MachineNow


class Report(models.Model):
    """A delivery report as it came in, waiting to be folded into its attempt's receipts; a webhook
    does no more than write it. One that names an attempt nobody knows yet is tried again: the
    report may overtake the answer to the call.

    No column may hold a number or a text, so it belongs to no organisation; no page shows it."""

    provider = models.CharField(max_length=40)
    token = models.CharField(max_length=32, blank=True)
    provider_message_id = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=12)
    error_code = models.CharField(max_length=40, blank=True)
    advice = models.CharField(max_length=16, blank=True)
    received_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    try_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["try_at"], name="report_waiting")]

    def __str__(self) -> str:
        return f"Report {self.pk}"
