from typing import ClassVar

from django.db import models

from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from trust.fields import EncryptedText
from trust.models import MachineNow, Organisation
from trust.sealed import SealedModel


class InboundPart(SealedModel):
    """A part of a longer text in, kept until the others have come, or have kept us waiting. Then
    its body is emptied, and the row knows it again should it come twice."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    provider_message_id = models.CharField(max_length=80)
    body = EncryptedText(null=True, blank=True)
    stored_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=["stored_at"], name="inbound_part_waiting")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sender", "recipient", "reference", "total", "number"],
                name="inbound_part_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Inbound part {self.pk}"
