from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from messaging.models.sender import Sender
from trust.models import MachineNow


class Alarm(models.Model):
    """Something that keeps a sender's texts from leaving. Its texts wait and nothing is lost; from
    `probe_at` on, one of them is tried again, and an alarm ends with the first that is accepted,
    or when staff say so. Times are machine time."""

    scope_organisation: ClassVar[str] = "sender__organisation_id"
    scope_campaign: ClassVar[str | None] = None

    class Kind(models.TextChoices):
        #: The provider says the account, secret or permission is not in order.
        REFUSED = "refused", "the provider refuses this sender"
        #: No connection, or nothing but errors and time-outs.
        UNREACHABLE = "unreachable", "the provider cannot be reached"
        #: SMS_PROVIDERS has no usable entry.
        MISCONFIGURED = "misconfigured", "the provider's settings are wrong"

    sender = models.ForeignKey(Sender, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    code = models.CharField(max_length=40, blank=True, help_text="In the provider's own words.")
    detail = models.CharField(max_length=300, blank=True)
    raised_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    probe_at = models.DateTimeField(null=True, blank=True)
    probes = models.PositiveSmallIntegerField(default=0)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when it ended by itself.",
    )

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sender", "kind"], name="alarm_open_once", condition=Q(cleared_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.get_kind_display()}"
