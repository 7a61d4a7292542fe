from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Counting(models.Model):
    """How far the counting has come: one row, locked while somebody counts.

    `pending` are days still to be counted; `receipt_id` and `answer_id` are the last of each that
    was looked at for days they change. `people_at` and `people_ms`: when everybody was last
    counted, in calendar time, and what that took."""

    #: Of the whole installation: no door shows it.
    counted_at = models.DateTimeField(null=True)
    people_at = models.DateTimeField(null=True)
    people_ms = models.PositiveIntegerField(default=0)
    receipt_id = models.BigIntegerField(default=0)
    answer_id = models.BigIntegerField(default=0)
    pending = ArrayField(models.DateField(), default=list)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="one_counting"),
        ]

    def __str__(self) -> str:
        return "Counting"
