from datetime import timedelta

from django.db import models
from django.db.models import Q


class CalendarOffset(models.Model):
    """How far calendar time is ahead of the database's clock. One row; it only grows."""

    offset = models.DurationField(default=timedelta)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="calendar_offset_one_row"),
            models.CheckConstraint(
                condition=Q(offset__gte=timedelta(0)), name="calendar_offset_forward"
            ),
        )

    def __str__(self) -> str:
        return "Calendar offset"
