from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from messaging.models.recipient import Recipient
from messaging.models.sender import Sender
from trust.fields import EncryptedText
from trust.models import MachineNow, Organisation
from trust.sealed import SealedModel


class InboundMessage(SealedModel):
    """One text in. The transport stores it and obeys STOP; the floor above brings it to its end.

    `received_at` and `ended_at` are calendar time, `stored_at` is machine time. `is_stop`: it was
    taken for a STOP, by its words, its number's country or the provider. `opted_out`: this very
    text changed the number to opted out, or keeps it so after one that meant less than the number;
    it has a confirmation of its own. `provider_answered`: the provider has answered it already, so
    nobody else may. `waited_ms`: from the provider's call to this row, the wait for its number's
    lock within; None where no call brought it whole."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    class End(models.TextChoices):
        PENDING = "pending"
        ANSWERED = "answered"
        MATCHED = "matched"
        INBOX = "inbox", "in the inbox"
        LOOP = "loop", "dropped as a loop"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        End.PENDING: (End.ANSWERED, End.MATCHED, End.INBOX, End.LOOP),
        # A counsellor's reply ends what waited in the inbox.
        End.INBOX: (End.ANSWERED,),
        End.ANSWERED: (),
        End.MATCHED: (),
        End.LOOP: (),
    }

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="inbound")
    provider_message_id = models.CharField(max_length=80)
    body = EncryptedText(null=True, blank=True)
    received_at = models.DateTimeField()
    stored_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    end = models.CharField(max_length=10, choices=End.choices, default=End.PENDING)
    end_reason = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_stop = models.BooleanField(default=False, db_default=False)
    opted_out = models.BooleanField(default=False)
    provider_answered = models.BooleanField(default=False, db_default=False)
    waited_ms = models.IntegerField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(fields=["id"], name="inbound_pending", condition=Q(end="pending")),
            models.Index(fields=["recipient", "-id"], name="inbound_of_recipient"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sender", "provider_message_id"], name="inbound_stored_once"
            ),
            models.CheckConstraint(
                condition=Q(end="pending", ended_at=None)
                | ~Q(end="pending") & Q(ended_at__isnull=False),
                name="inbound_ended_at_with_end",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Inbound message %(pk)s") % {"pk": self.pk}
