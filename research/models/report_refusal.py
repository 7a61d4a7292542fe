from typing import ClassVar

from django.db import models

from trust.models import User


class ReportRefusal(models.Model):
    """A user who wants no weekly reports, of any campaign."""

    scope_organisation: ClassVar[str] = "user__organisation_id"
    scope_campaign: ClassVar[str | None] = None

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    refused_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Refusal {self.pk}"
