from typing import ClassVar

from django.conf import settings
from django.db import models

from trust.models.machine_time import MachineNow
from trust.models.organisation import Organisation


class AuditEvent(models.Model):
    """Who did what to which row. Append-only: the database refuses UPDATE, DELETE and TRUNCATE
    (migration 0002). Holds ids and plain words, never a number, a name or a text."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    at = models.DateTimeField(db_default=MachineNow(), editable=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(
        max_length=60, help_text="The role acted in at that time, or the part of the system."
    )
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-at"], name="audit_organisation_at"),
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}".strip()
