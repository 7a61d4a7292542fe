from django.db import models

from trust.models import MachineNow


class Heartbeat(models.Model):
    """When a part of the house was last seen at work: the beat, the watch, and each queue by the
    worker that took its last task. One row a part; machine time.

    `since`: from when on it has been seen without a pause. It belongs to no organisation."""

    name = models.CharField(max_length=30, primary_key=True)
    since = models.DateTimeField(db_default=MachineNow(), editable=False)
    beaten_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
