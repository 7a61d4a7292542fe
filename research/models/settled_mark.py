from django.contrib.postgres.fields import ArrayField
from django.db import models

from trust.models import MachineNow


class SettledMark(models.Model):
    """How far a table's rows can be read without missing one that is committed late.

    Up to `settled_id` no transaction can add a row any more. Up to `ahead_id` that holds once the
    `running` transactions, by PostgreSQL's own names for them, have ended."""

    table = models.CharField(max_length=63, unique=True)
    settled_id = models.BigIntegerField(default=0)
    ahead_id = models.BigIntegerField(null=True)
    running = ArrayField(models.CharField(max_length=30), default=list)
    looked_at = models.DateTimeField(db_default=MachineNow())

    def __str__(self) -> str:
        return f"{self.table} to {self.settled_id}"
