from typing import ClassVar

from django.db import models
from django.db.models import Q

from campaigns.models import Campaign, Job
from research.models.export_key import ExportKey
from trust.models import MachineNow, User


class Export(models.Model):
    """A bundle that was asked for: by whom, why, what is in it, and its file as long as it is kept.

    Without a job it was written by the command, to a place of the operator's. Machine time, but
    `as_of`, which is the calendar's.
    """

    scope_organisation: ClassVar[str] = "campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "campaign_id"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="exports")
    job = models.OneToOneField(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="export"
    )
    key = models.ForeignKey(ExportKey, on_delete=models.PROTECT, related_name="exports")
    reason = models.CharField(max_length=200)
    with_texts = models.BooleanField(default=False, help_text="Words of texts in, scrubbed.")
    with_arms = models.BooleanField(
        default=False, help_text="Arms of a blinded trial that is running, too."
    )
    anonymity = models.JSONField(
        default=dict, help_text="As it was shown before; once made, as it is there."
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    as_of = models.DateTimeField(null=True, blank=True)
    rows = models.JSONField(default=dict, help_text="{table: rows}")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the list of its hashes.")
    file = models.CharField(max_length=80, blank=True, help_text="Its name in the export folder.")
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["campaign", "-id"], name="export_of_campaign"),
            models.Index(
                fields=["expires_at"],
                name="export_kept",
                condition=Q(purged_at=None, expires_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="export_has_its_reason"),
            models.CheckConstraint(
                condition=Q(file="", expires_at=None) | (~Q(file="") & Q(expires_at__isnull=False)),
                name="export_file_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"Bundle {self.pk}"

    @property
    def is_kept(self) -> bool:
        return bool(self.file) and self.purged_at is None
