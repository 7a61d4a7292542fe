from typing import ClassVar

from django.db import models
from django.db.models import Q

from research.models.webhook import Webhook


class WebhookDelivery(models.Model):
    """One call of a webhook, with up to a hundred rows of one event. The row is the queue; what is
    told is read when it is sent, so that nobody erased meanwhile is in it. Machine time."""

    scope_organisation: ClassVar[str] = "webhook__campaign__organisation_id"
    scope_campaign: ClassVar[str | None] = "webhook__campaign_id"

    class Status(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        DEAD = "dead", "given up"

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Status.PENDING: (Status.SENT, Status.DEAD),
        Status.SENT: (),
        # Sent again by hand.
        Status.DEAD: (Status.PENDING,),
    }

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=10, choices=Webhook.Event)
    after = models.BigIntegerField(help_text="Rows from the one after this ...")
    through = models.BigIntegerField(help_text="... to this.")
    rows = models.PositiveIntegerField()
    status = models.CharField(max_length=7, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True, help_text="Why the last try failed.")

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], condition=Q(status="pending"), name="webhook_delivery_pending"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "event", "after"], name="webhook_told_once"),
            models.CheckConstraint(
                condition=Q(status="pending", next_at__isnull=False, settled_at=None)
                | ~Q(status="pending") & Q(next_at=None, settled_at__isnull=False),
                name="webhook_pending_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Delivery {self.pk}"
