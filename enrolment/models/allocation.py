from django.db import models
from django.db.models import Q

from campaigns.models import Arm, Factor, Trial
from enrolment.models.enrolment import Enrolment


class Allocation(models.Model):
    """A line of the ledger of allocation: which arm, drawn how, with which odds. The database
    refuses to change or remove one.

    block, position: the place in the stratum's sequence under this policy; empty where each draw
    stands for itself, and for test participants, who never use up a place. draw: what the sealed
    seed gave, in [0, 1). tailoring: of the second stage, {name: value} as it was then.
    """

    scope_organisation = "enrolment__campaign__organisation_id"
    scope_campaign = "enrolment__campaign_id"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="allocations")
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="allocations")
    factor = models.ForeignKey(Factor, on_delete=models.PROTECT, related_name="+")
    arm = models.ForeignKey(Arm, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=8, choices=Factor.Stage, default=Factor.Stage.FIRST)
    stratum = models.CharField(max_length=200, blank=True)
    block = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField(null=True, blank=True)
    method = models.CharField(max_length=12, choices=Trial.Method)
    probabilities = models.JSONField(help_text="{arm key: probability}, of all options.")
    draw = models.FloatField()
    seed_hash = models.CharField(max_length=64)
    generator = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=20)
    is_test = models.BooleanField(default=False, help_text="Drawn beside the sequence.")
    earlier = models.JSONField(
        default=dict, blank=True, help_text="Second stage: {factor: arm} of the first."
    )
    tailoring = models.JSONField(default=dict, blank=True)
    allocated_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("enrolment", "factor", "stage"), name="one_allocation_a_stage"
            ),
            models.UniqueConstraint(
                fields=("factor", "policy_version", "stratum", "position"),
                condition=Q(position__isnull=False),
                name="one_allocation_a_place",
            ),
            models.CheckConstraint(
                condition=Q(is_test=False) | Q(block=None, position=None),
                name="test_uses_up_no_place",
            ),
            models.CheckConstraint(
                condition=Q(draw__gte=0, draw__lt=1), name="allocation_draw_in_range"
            ),
        )

    def __str__(self) -> str:
        return f"Allocation {self.pk}"
