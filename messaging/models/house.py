from django.db import models
from django.db.models import Q


class House(models.Model):
    """Whether texts may leave at all, and the database they last left from; one row, written by
    `messaging.holding` alone. All times are machine time.

    `held_at`: since then nothing leaves. `lost_from`: what was written after that may be missing.
    `erasures_at` and `history_at`: when, since it was held, everybody in the log of erasures was
    erased again, and the providers were asked what they had sent."""

    home = models.CharField(max_length=80)
    held_at = models.DateTimeField(null=True, blank=True)
    lost_from = models.DateTimeField(null=True, blank=True)
    erasures_at = models.DateTimeField(null=True, blank=True)
    history_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="house_one_row"),
            models.CheckConstraint(
                condition=Q(held_at=None, lost_from=None, erasures_at=None, history_at=None)
                | Q(held_at__isnull=False, lost_from__isnull=False),
                name="house_held_from_a_point",
            ),
        )

    def __str__(self) -> str:
        return "House"
