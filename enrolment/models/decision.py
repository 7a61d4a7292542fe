from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import CampaignVersion
from enrolment.models.enrolment import Enrolment


class Decision(models.Model):
    """What the engine decided for one step that came due, and why.

    The unique key is the promise that no step comes twice; the version is recorded, not part of
    it. The trial columns stand from the first schema: a probability can't be recovered later.
    """

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    class Outcome(models.TextChoices):
        HELD = "held", _("Held")
        QUEUED = "queued", _("Queued")
        SUPPRESSED = "suppressed", _("Suppressed")
        WITHHELD = "withheld", _("Withheld")
        EXPIRED = "expired", _("Expired")
        SUPERSEDED = "superseded", _("Superseded")

    MOVES: ClassVar[dict[str, tuple[str, ...]]] = {
        Outcome.HELD: (
            Outcome.QUEUED,
            Outcome.SUPPRESSED,
            Outcome.WITHHELD,
            Outcome.EXPIRED,
            Outcome.SUPERSEDED,
        ),
        Outcome.QUEUED: (),
        Outcome.SUPPRESSED: (),
        Outcome.WITHHELD: (),
        Outcome.EXPIRED: (),
        Outcome.SUPERSEDED: (),
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="decisions")
    attempt = models.PositiveSmallIntegerField()
    step_key = models.CharField(max_length=60)
    occurrence = models.PositiveIntegerField()
    version = models.ForeignKey(CampaignVersion, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    local_date = models.DateField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    reason = models.CharField(max_length=40, blank=True)
    text_key = models.CharField(max_length=80, blank=True, help_text="The wording sent.")
    decided_at = models.DateTimeField()

    variant = models.CharField(max_length=20, blank=True)
    arm = models.CharField(
        max_length=200, blank=True, help_text="factor=arm, with a space between."
    )
    available = models.BooleanField(default=True)
    unavailable_reason = models.CharField(max_length=40, blank=True)
    options = models.JSONField(null=True, blank=True)
    probabilities = models.JSONField(null=True, blank=True)
    draw = models.FloatField(null=True, blank=True)
    policy_version = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("enrolment", "due_at")
        constraints = (
            models.UniqueConstraint(
                fields=("enrolment", "attempt", "step_key", "occurrence"),
                name="one_decision_a_step",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="queued") | Q(available=True),
                name="queued_only_when_available",
            ),
            models.CheckConstraint(
                condition=Q(outcome="queued") | ~Q(reason=""),
                name="silence_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(available=True) | ~Q(unavailable_reason=""),
                name="unavailable_has_its_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.step_key} {self.outcome}"
