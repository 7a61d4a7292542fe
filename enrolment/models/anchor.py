from django.db import models
from django.db.models import Q

from enrolment.models.enrolment import Enrolment


class Anchor(models.Model):
    """A date or moment the journey counts from. A moved anchor is replaced, never overwritten."""

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="anchors")
    attempt = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=60)
    occurrence = models.PositiveSmallIntegerField(default=1)
    day = models.DateField(null=True, blank=True)
    instant = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40, help_text="Who or what set it.")
    set_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("enrolment", "set_at")
        constraints = (
            models.UniqueConstraint(
                fields=("enrolment", "attempt", "kind", "occurrence"),
                condition=Q(replaced_at=None),
                name="one_anchor_in_force",
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=False, instant=None) | Q(day=None, instant__isnull=False),
                name="anchor_is_day_or_instant",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.occurrence}"
