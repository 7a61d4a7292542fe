from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrolment.broadcast_deciding import LeftOut
from enrolment.models.broadcast import Broadcast
from enrolment.models.enrolment import Enrolment
from messaging.models import Message


class BroadcastDecision(models.Model):
    """What became of one person of a broadcast: her text, or why she got none.

    A table of its own, for a broadcast is no step: it has no version, occurrence or arm, and the
    journey must not meet it. The unique key is the promise that nobody is asked for twice.
    """

    scope_organisation = "broadcast__campaign__organisation_id"
    scope_campaign = "broadcast__campaign_id"

    class Outcome(models.TextChoices):
        QUEUED = "queued", _("Queued")
        LEFT_OUT = "left_out", _("left out")

    broadcast = models.ForeignKey(
        Broadcast, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="broadcast_decisions"
    )
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(
        max_length=20, blank=True, choices=[(reason.value, reason.value) for reason in LeftOut]
    )
    language = models.CharField(max_length=8, blank=True, help_text="Of the wording.")
    # One text has one decision, which leads to it; nothing looks the other way.
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("broadcast", "enrolment"), name="one_decision_a_broadcast"
            ),
            models.CheckConstraint(
                condition=Q(outcome="queued", message__isnull=False, reason="")
                | Q(outcome="left_out", message=None) & ~Q(reason=""),
                name="broadcast_queued_or_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"Broadcast {self.broadcast_id}, {self.outcome}"
