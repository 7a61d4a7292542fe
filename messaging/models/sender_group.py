from typing import ClassVar

from django.db import models

from trust.models import Organisation


class SenderGroup(models.Model):
    """Senders that can stand in for each other. A text queued on one may leave by any of them, by
    weight; one that is slow or fails loses weight for a while (`messaging.balance`)."""

    scope_organisation: ClassVar[str] = "organisation_id"
    scope_campaign: ClassVar[str | None] = None

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    rebalanced_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="sender_group_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
