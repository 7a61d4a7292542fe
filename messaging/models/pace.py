from typing import ClassVar

from django.db import models

from messaging.models.sender import Sender
from trust.models import MachineNow


class Pace(models.Model):
    """A sender's bucket: `level` segments at `filled_at` (machine time), more since then by its
    rate. A text may take it below nothing, so that a long one is paid for afterwards.

    In the database, for it must hold over all workers and when the broker is lost."""

    scope_organisation: ClassVar[str] = "sender__organisation_id"
    scope_campaign: ClassVar[str | None] = None

    sender = models.OneToOneField(Sender, on_delete=models.CASCADE, primary_key=True)
    level = models.FloatField(default=0)
    filled_at = models.DateTimeField(db_default=MachineNow(), editable=False)

    def __str__(self) -> str:
        return f"Pace of sender {self.pk}"
