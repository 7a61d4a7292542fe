from typing import ClassVar

from django.db import models
from django.db.models import Q

from campaigns.models.campaign import Campaign
from campaigns.models.campaign_version import CampaignVersion
from campaigns.models.job import Job
from trust.models import User
from trust.models.machine_time import MachineNow


class Upload(models.Model):
    """A file of content that somebody sent, kept from its dry run to its Apply: what was read is
    what is applied. Only who sent it sees it, and its bytes are gone once it is decided."""

    scope_organisation = "campaign__organisation_id"
    scope_campaign = "campaign_id"

    class Status(models.TextChoices):
        #: Its job reads it.
        RECEIVED = "received"
        #: It can't be taken over; the findings say why.
        WRONG = "wrong"
        #: The findings say what it would change.
        READY = "ready"
        APPLIED = "applied"
        #: Thrown away, itself or the draft it became, or nobody came back to it in time.
        DISCARDED = "discarded"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.RECEIVED: (Status.WRONG, Status.READY, Status.DISCARDED),
        Status.READY: (Status.APPLIED, Status.WRONG, Status.DISCARDED),
        Status.WRONG: (Status.DISCARDED,),
        Status.APPLIED: (Status.DISCARDED,),
        Status.DISCARDED: (),
    }
    #: The bytes are still needed.
    KEPT = (Status.RECEIVED, Status.READY)

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="uploads")
    status = models.CharField(max_length=9, choices=Status, default=Status.RECEIVED)
    content = models.BinaryField(default=b"")
    compared_with = models.ForeignKey(
        CampaignVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    findings = models.JSONField(default=dict, help_text="As campaigns.findings writes them.")
    version = models.ForeignKey(
        CampaignVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status="applied", version__isnull=False)
                | ~Q(status="applied") & Q(version=None),
                name="applied_upload_has_its_version",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("received", "ready")) | Q(content=b""),
                name="decided_upload_is_empty",
            ),
        )

    def __str__(self) -> str:
        return f"upload {self.pk}"
