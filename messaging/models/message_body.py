from typing import ClassVar

from django.db import models

from messaging.models.message import Message
from trust.fields import EncryptedText
from trust.sealed import SealedModel


class MessageBody(SealedModel):
    """The words of a message, apart from its history so that retention can empty them."""

    scope_organisation: ClassVar[str] = "message__organisation_id"
    scope_campaign: ClassVar[str | None] = None

    message = models.OneToOneField(
        Message, primary_key=True, on_delete=models.CASCADE, related_name="body"
    )
    text = EncryptedText(null=True, blank=True)

    def __str__(self) -> str:
        return f"Body of message {self.pk}"

    @property
    def sealing_organisation_id(self) -> int:
        return self.message.organisation_id
