from typing import ClassVar

from django.db import models

from trust.models.machine_time import MachineNow
from trust.models.organisation import Organisation


class DataKey(models.Model):
    """The key that seals one organisation's values, itself sealed by a key of the environment.

    The newest version that is not retired seals; every version opens. A key is never deleted while
    a value it sealed exists, so nothing here deletes one."""

    # Four bytes: the width of the key id in a sealed value.
    id = models.AutoField(primary_key=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="data_keys"
    )
    version = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(db_default=MachineNow(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "version"], name="data_key_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Data key {self.pk} of organisation {self.organisation_id}"
